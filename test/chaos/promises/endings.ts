import { isTerminal } from '@ocrelay/contracts';
import type { Evidence, TaskRow } from '../evidence.ts';
import { failuresExplainedBy } from '../fault.ts';
import { FATED_MESSAGE, fateOf } from '../ocr/fate.ts';
import { SETTINGS } from '../settings.ts';
import { isDocument, pagesIn } from './documents.ts';
import type { KeptPromise } from './promise.ts';

/** Nothing is stuck. */
export const everyTaskEnds: KeptPromise = {
  name: 'every task ends, and nothing of it is left to be done',
  check({ tasks, uploads, unsettled }) {
    const started = new Set(uploads.filter(({ isOver }) => isOver).map(({ taskId }) => taskId));
    const stuck = [...tasks.values()].flatMap(({ id, parentId, status, claimedBy, isDue }) => {
      if (!isTerminal(status) && started.has(parentId ?? id)) return { what: `is ${status}`, taskId: id };
      if (claimedBy !== null || isDue) return { what: `is ${status}, and still claimed or due`, taskId: id };
      return [];
    });
    return [...unsettled.map((what) => ({ what, taskId: null })), ...stuck];
  },
};

/** With a code that a fault of the schedule, or the image's fate, accounts for. */
export const everyFailureHasItsReason: KeptPromise = {
  name: 'a task fails only for what has happened, and says so',
  check(evidence) {
    const explained = explainedFailures(evidence);
    return [...evidence.tasks.values()].flatMap((task) => {
      const why = isDocument(task) ? unlikePages(task, pagesIn(evidence.tasks)) : unexplained(task, explained);
      return why === null ? [] : { what: why, taskId: task.id };
    });
  },
};

function explainedFailures({ entries }: Evidence): Set<string> {
  const codes = new Set<string>(entries.flatMap(({ fault }) => failuresExplainedBy(fault)));
  // A job that is lost now and then is submitted again; only the loss after the last time is a failure.
  const losses = entries.filter(({ fault }) => failuresExplainedBy(fault).includes('ocr_job_lost')).length;
  if (losses <= Number(SETTINGS['MAX_RESUBMITS'])) codes.delete('ocr_job_lost');
  return codes;
}

function unexplained(task: TaskRow, explained: ReadonlySet<string>): string | null {
  const { status, errorCode, errorMessage, sha256 } = task;
  const isFated = fateOf(sha256).ends === 'failed';
  if (status !== 'ocr_failed') {
    if (errorCode !== null || errorMessage !== null) return `is ${status} and says ${errorCode}: ${errorMessage}`;
    return status === 'ocr_done' && isFated ? 'was read, though its OCR job failed' : null;
  }
  if (errorCode === null || (errorMessage ?? '') === '') return 'failed without a reason';
  if (errorCode === 'ocr_job_failed') {
    return isFated && errorMessage?.includes(FATED_MESSAGE) ? null : `failed with ${errorCode}: ${errorMessage}`;
  }
  return explained.has(errorCode) ? null : `failed with ${errorCode}, which no fault explains: ${errorMessage}`;
}

/** A document fails when all of its pages have, and as one of them. */
function unlikePages({ id, status, errorCode, errorMessage }: TaskRow, pages: readonly TaskRow[]): string | null {
  if (status !== 'ocr_failed') return errorCode === null ? null : `is ${status} and says ${errorCode}: ${errorMessage}`;
  const own = pages.filter(({ parentId }) => parentId === id);
  if (own.some((page) => page.status === 'ocr_done')) return `failed with ${errorCode}, and a page of it was read`;
  return own.some((page) => page.errorCode === errorCode)
    ? null
    : `failed with ${errorCode}, and none of its pages did`;
}

/** A cancel that was answered holds, and nothing else is cancelled. */
export const cancelsHold: KeptPromise = {
  name: 'what was cancelled stays so, and nothing else is',
  check({ uploads, tasks }) {
    return uploads.flatMap(({ taskId, cancelSent, isCancelled }) => {
      const status = taskId === null ? undefined : tasks.get(taskId)?.status;
      if (status === undefined) return [];
      if (isCancelled && status !== 'cancelled') return { what: `was cancelled and is ${status}`, taskId };
      return status === 'cancelled' && !cancelSent ? { what: 'is cancelled, and nobody asked for that', taskId } : [];
    });
  },
};

/** Whatever happens is a case that the code knows. */
export const nothingBreaksUnexpectedly: KeptPromise = {
  name: 'no step or request breaks for an unexpected reason, and no program ends by itself',
  check({ events, surprises }) {
    const broken = [...events.values()]
      .flat()
      .flatMap(({ taskId, type, data }) =>
        data['code'] === 'internal_error' ? { what: `${type}: ${String(data['message'])}`, taskId } : [],
      );
    return [...surprises.map((what) => ({ what, taskId: null })), ...broken];
  },
};
