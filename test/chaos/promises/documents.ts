import { isTerminal } from '@ocrelay/contracts';
import type { Evidence, TaskRow } from '../evidence.ts';
import { groupBy } from '../group-by.ts';
import type { KeptPromise } from './promise.ts';

/** A document and its pages never part. */
export const everyDocumentIsItsPages: KeptPromise = {
  name: 'a document that was split has each of its pages once, ends after all of them, and says what they say',
  check({ tasks, uploads }) {
    const pagesOf = groupBy(pagesIn(tasks), ({ parentId }) => parentId ?? '');
    const sent = new Map(uploads.map(({ taskId, file }) => [taskId, file.pages]));
    return [...tasks.values()].flatMap((task) => {
      if (task.parentId !== null) return [];
      const pages = (pagesOf.get(task.id) ?? []).toSorted((a, b) => Number(a.page) - Number(b.page));
      const count = sent.get(task.id) ?? null;
      return wrongWith(task, pages, sent.has(task.id) ? count : task.totalPages).map((what) => {
        return { what, taskId: task.id };
      });
    });
  },
};

export function isDocument({ openPages }: TaskRow): boolean {
  return openPages !== null;
}

/** The tasks of all documents' pages. */
export function pagesIn(tasks: Evidence['tasks']): TaskRow[] {
  return [...tasks.values()].filter(({ parentId }) => parentId !== null);
}

/** @param count how many pages were sent */
function wrongWith(document: TaskRow, pages: readonly TaskRow[], count: number | null): string[] {
  const wrong: string[] = [];
  const { status, openPages, donePages, totalPages, result } = document;
  if (!isDocument(document)) {
    if (pages.length > 0) wrong.push(`is an image, and has ${pages.length} pages`);
    return wrong;
  }
  if (totalPages !== count) wrong.push(`has ${totalPages} pages, and ${count} were sent`);
  const numbers = pages.map(({ page }) => page).join();
  const all = Array.from({ length: Number(totalPages) }, (_, index) => index + 1).join();
  const wasSplit = pages.length > 0 || status === 'ocr_done';
  if (wasSplit && numbers !== all) wrong.push(`has the pages ${numbers} of ${totalPages}`);
  if (!isTerminal(status)) return wrong;
  const done = pages.filter((page) => page.status === 'ocr_done');
  if (openPages !== 0) wrong.push(`is ${status}, and waits for ${openPages} pages`);
  if (donePages !== done.length) wrong.push(`counts ${donePages} pages as done, and ${done.length} are`);
  if (status !== 'cancelled' && pages.some((page) => page.status === 'cancelled'))
    wrong.push(`is ${status}, and one of its pages is cancelled`);
  if (pages.some((page) => !isTerminal(page.status))) wrong.push(`is ${status}, and not all of its pages have ended`);
  const text = pages.map((page) => page.result?.text ?? '').join('\f');
  if (result !== null && result.text !== text) wrong.push('says something else than its pages');
  return wrong;
}
