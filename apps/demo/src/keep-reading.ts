import { writeFileSync } from 'node:fs';
import type { TaskView } from '@ocrelay/contracts';
import type { ApiClient } from './api-client.ts';
import { isPaged, pageCount } from './pages.ts';

/** What is exported of each file, besides its text and its raw JSON. */
export const EXPORTS = ['xlsx', 'md', 'html', 'pdf'];

type Readings = Pick<ApiClient, 'raw' | 'export' | 'text'>;

/**
 * Writes what was read to `<path>.txt`, the formats of {@link EXPORTS}, and as the service sent it to `<path>.json`, or, of a
 * document, whose pages are read one by one, to `<path>.page-1.json` and so on.
 * @returns the text
 */
export async function keepReading(api: Readings, task: TaskView, path: string): Promise<string> {
  const id = task.task_id;
  const text = await api.text(id);
  writeFileSync(`${path}.txt`, text);
  for (const format of EXPORTS) writeFileSync(`${path}.${format}`, await api.export(id, format));
  if (!isPaged(task)) {
    writeFileSync(`${path}.json`, await api.raw(id));
    return text;
  }
  for (let page = 1; page <= pageCount(task); page += 1) {
    writeFileSync(`${path}.page-${page}.json`, await api.raw(id, page));
  }
  return text;
}
