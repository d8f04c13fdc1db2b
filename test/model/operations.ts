/** What a client may ask of a task, and what comes of it. */
import { cancelAll, deleteAll, restartPage, restartUnreadPages, type Tasks } from './families.ts';
import { isInProgress, type Limits, queued, type SpecifiedTask, UPLOADED } from './specification.ts';

export type Operation = 'start' | 'cancel' | 'retry' | 'delete';
export const OPERATIONS: readonly Operation[] = ['start', 'cancel', 'retry', 'delete'];

export function requestFor(name: Operation, taskId: string) {
  if (name === 'delete') return { method: 'DELETE', path: `/tasks/${taskId}` } as const;
  return { method: 'POST', path: name === 'start' ? `/ocr/start/${taskId}` : `/tasks/${taskId}/${name}` } as const;
}

interface Specified {
  readonly tasks: Tasks;
  readonly nowMs: number;
  readonly limits: Limits;
}

/** Does it to the specified tasks. @returns the status that it is answered with; null when any may be */
export function operate(name: Operation, taskId: string, model: Specified): number | null {
  const task = model.tasks.get(taskId) ?? UPLOADED;
  if (task.parentId !== null) return operateOnPage(name, taskId, task, model);
  const { status } = task;
  if (name === 'delete') {
    deleteAll(model.tasks, taskId);
    return 200;
  }
  if (name === 'cancel') {
    if (status === 'ocr_done' || status === 'ocr_failed') return 409;
    if (status !== 'cancelled') cancelAll(model.tasks, taskId);
    return 200;
  }
  if (name === 'retry' && status === 'ocr_done' && Number(task.donePages) < Number(task.pages)) {
    restartUnreadPages(model.tasks, taskId, model.nowMs, model.limits);
    return 200;
  }
  if (status === 'ocr_done' || (name === 'retry' && status === 'uploaded')) return 409;
  if (!isInProgress(task)) model.tasks.set(taskId, queued(task, model.nowMs, model.limits));
  return accepted(name, task);
}

/** A page ends only with its document; alone, it can only be tried again. */
function operateOnPage(
  name: Operation,
  pageId: string,
  page: SpecifiedTask,
  { tasks, nowMs, limits }: Specified,
): number | null {
  if (name === 'delete' || name === 'cancel') return 409;
  const document = tasks.get(page.parentId ?? '') ?? UPLOADED;
  if (document.status === 'cancelled') return 409;
  // It will be split anew, and the page with it. A start is answered by what came of the page before.
  if (document.status === 'queued') return name === 'start' ? null : 200;
  if (page.status === 'ocr_done') return 409;
  if (!isInProgress(page)) restartPage(tasks, pageId, nowMs, limits);
  return accepted(name, page);
}

/** A start waits a moment for the service to have the image; a retry does not. */
function accepted(name: Operation, { status }: SpecifiedTask): number {
  return name === 'start' && status !== 'ocr_processing' ? 202 : 200;
}
