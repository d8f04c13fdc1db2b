/** What documents and their pages do to each other. */
import {
  cancelled,
  expired,
  isInProgress,
  type Limits,
  outOfTime,
  queued,
  type SpecifiedTask,
  UPLOADED,
} from './specification.ts';

/** The specified tasks by their ids; pages in their order. */
export type Tasks = Map<string, SpecifiedTask>;

/** What was uploaded, as lists show it: without pages. */
export function uploadsOf(tasks: Readonly<Tasks>): Array<[string, SpecifiedTask]> {
  return [...tasks].filter(([, { parentId }]) => parentId === null);
}

function pagesOf(tasks: Readonly<Tasks>, documentId: string): Array<[string, SpecifiedTask]> {
  return [...tasks].filter(([, { parentId }]) => parentId === documentId);
}

/** A task becomes another; when a page ends by that, its document waits for one less. */
export function move(tasks: Tasks, taskId: string, next: SpecifiedTask): void {
  const hasEnded = isInProgress(tasks.get(taskId) ?? next) && !isInProgress(next);
  tasks.set(taskId, next);
  const document = tasks.get(next.parentId ?? '');
  if (document === undefined || !hasEnded) return;
  const openPages = (document.openPages ?? 0) - 1;
  const donePages = (document.donePages ?? 0) + (next.status === 'ocr_done' ? 1 : 0);
  tasks.set(next.parentId ?? '', { ...document, openPages, donePages });
}

/** queued → ocr_processing: what was read of a document stays, and all of its other pages begin a run. @param pageIds in their order */
export function split(tasks: Tasks, documentId: string, pageIds: readonly string[]): void {
  const document = tasks.get(documentId) ?? UPLOADED;
  const { deadlineAtMs } = document;
  for (const id of pageIds) {
    const page = tasks.get(id) ?? { ...UPLOADED, parentId: documentId };
    if (page.status !== 'ocr_done') tasks.set(id, queued(page, 0, { deadlineMs: deadlineAtMs } as Limits));
  }
  const donePages = pagesOf(tasks, documentId).filter(([, { status }]) => status === 'ocr_done').length;
  const openPages = pageIds.length - donePages;
  const calm = { attempt: 0, waits: 0, errorCode: null, isHeld: false };
  tasks.set(documentId, { ...document, ...calm, status: 'ocr_processing', stage: 'store', donePages, openPages });
}

/** ocr_processing → ocr_done | ocr_failed: some page was read, or none was. */
export function gathered(tasks: Tasks, documentId: string): void {
  const document = { ...(tasks.get(documentId) ?? UPLOADED), isHeld: false };
  const unread = pagesOf(tasks, documentId).flatMap(([, { status, errorCode }]) =>
    status === 'ocr_done' ? [] : [errorCode ?? 'internal_error'],
  );
  const isRead = unread.length < Number(document.pages);
  tasks.set(documentId, {
    ...document,
    waits: 0,
    status: isRead ? 'ocr_done' : 'ocr_failed',
    errorCode: isRead ? null : (unread[0] ?? null),
  });
}

/** As {@link restartPage}, for all pages of a document that were not read. */
export function restartUnreadPages(tasks: Tasks, documentId: string, nowMs: number, limits: Limits): void {
  for (const [id, { status }] of pagesOf(tasks, documentId))
    if (status !== 'ocr_done') restartPage(tasks, id, nowMs, limits);
}

/** ocr_failed | cancelled → queued, for one page: its document waits for it, in a new run when it had ended, and all have more time. */
export function restartPage(tasks: Tasks, pageId: string, nowMs: number, limits: Limits): void {
  const page = tasks.get(pageId) ?? UPLOADED;
  const document = tasks.get(page.parentId ?? '') ?? UPLOADED;
  tasks.set(pageId, queued(page, nowMs, limits));
  tasks.set(page.parentId ?? '', {
    ...document,
    status: 'ocr_processing',
    stage: 'store',
    generation: document.generation + (document.status === 'ocr_processing' ? 0 : 1),
    openPages: (document.openPages ?? 0) + 1,
    attempt: 0,
    waits: 0,
    errorCode: null,
    isHeld: false,
    deadlineAtMs: nowMs + limits.deadlineMs,
  });
  for (const [id, other] of pagesOf(tasks, page.parentId ?? ''))
    if (isInProgress(other)) tasks.set(id, { ...other, deadlineAtMs: nowMs + limits.deadlineMs });
}

/** With all of its pages that have not ended. */
export function cancelAll(tasks: Tasks, taskId: string): void {
  for (const [id, task] of [[taskId, tasks.get(taskId) ?? UPLOADED] as const, ...pagesOf(tasks, taskId)])
    if (id === taskId || isInProgress(task)) tasks.set(id, cancelled(task));
}

/** With all of its pages. */
export function deleteAll(tasks: Tasks, taskId: string): void {
  for (const [id] of pagesOf(tasks, taskId)) tasks.delete(id);
  tasks.delete(taskId);
}

/** What a document has beyond its deadline to be stored with what was read in time. */
const GATHERING_MS = 10 * 60_000;

/**
 * What is out of time ends, with all of its pages that have not ended; a page alone has the time of its document. A document that
 * waits for some of its pages while others were read waits no longer, and goes on with these.
 */
export function expireAll(tasks: Tasks, nowMs: number): void {
  for (const [id, task] of uploadsOf(tasks)) {
    const next = expired(task, nowMs);
    if (next === task) continue;
    const isPartlyRead = Number(task.openPages) > 0 && Number(task.donePages) > 0;
    tasks.set(id, isPartlyRead ? { ...task, openPages: 0, deadlineAtMs: nowMs + GATHERING_MS } : next);
    for (const [pageId, page] of pagesOf(tasks, id)) if (isInProgress(page)) tasks.set(pageId, outOfTime(page));
  }
}
