/** What there must be of results: one of each task that is done, of its present run, and of no other. */
import { createHash } from 'node:crypto';
import type { Status } from '@ocrelay/contracts';

/** Of a row of `tasks`, what its result is compared with. */
export interface ReadTask {
  readonly id: string;
  readonly parent_id: string | null;
  readonly page: number | null;
  readonly open_pages: number | null;
  readonly status: Status;
  readonly generation: number;
  readonly ocr_job_id: string | null;
  readonly sha256: string;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

/** A row of `ocr_results`. */
export interface Result {
  readonly task_id: string;
  readonly generation: number;
  readonly raw: Buffer;
  readonly raw_sha256: string;
  readonly page_count: number;
  readonly plain_text: string;
}

/** @param all that there are, by task */
export function checkResult(
  task: ReadTask,
  pages: readonly ReadTask[],
  all: ReadonlyMap<string, Result>,
  say: (what: string) => void,
): void {
  const result = all.get(task.id);
  if ((result !== undefined) !== (task.status === 'ocr_done'))
    say(`it is ${task.status} with ${result === undefined ? 'no' : 'a'} result`);
  if (result === undefined) return;
  const { generation, raw, raw_sha256 } = result;
  if (generation !== task.generation) say(`its result is of run ${generation}, and it is in run ${task.generation}`);
  if (raw_sha256 !== createHash('sha256').update(raw).digest('hex')) say('its result has another hash');
  if (task.open_pages === null) checkReading(task, result, say);
  else checkGathered(pages, result, all, say);
}

function checkReading(task: ReadTask, { raw, plain_text }: Result, say: (what: string) => void): void {
  if (!plain_text.includes(task.sha256)) say('its result is of another image');
  const jobId = (JSON.parse(raw.toString()) as { job_id?: string }).job_id;
  if (jobId !== task.ocr_job_id) say(`its result is of OCR job ${jobId}, and it says ${task.ocr_job_id}`);
}

/** A document's result is what its pages say now, in their order. */
function checkGathered(
  pages: readonly ReadTask[],
  { generation, raw, plain_text, page_count }: Result,
  all: ReadonlyMap<string, Result>,
  say: (what: string) => void,
): void {
  const inOrder = pages.toSorted((a, b) => Number(a.page) - Number(b.page));
  const expected = inOrder.map(({ id, page, error_code: code, error_message: message }) => {
    const reading = all.get(id);
    const told = { page, task_id: id };
    return reading === undefined ? { ...told, error: { code, message } } : { ...told, sha256: reading.raw_sha256 };
  });
  const tells = raw.toString();
  if (JSON.stringify(JSON.parse(tells)) !== JSON.stringify({ generation, pages: expected }))
    say(`its result tells\n  ${tells}\nand its pages are\n  ${JSON.stringify(expected)}`);
  const text = inOrder.map(({ id }) => all.get(id)?.plain_text ?? '').join('\f');
  if (plain_text !== text) say('its text is not that of its pages');
  if (page_count !== pages.length) say(`its result has ${page_count} pages, and it has ${pages.length}`);
}
