import { type Claim, createDoneMarker, type Fault } from '@ocrelay/tasks';
import { claimLost, loneProcessDied, taskDone, worksAlone } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { fetchReading } from '../reading/fetch-reading.ts';
import { claimerOf } from './claim-task.ts';
import { keepOwnTexts } from './keep-own-texts.ts';
import { settle } from './settle.ts';
import { STALE, type Stage } from './stage.ts';
import { storeDocument } from './store-document.ts';
import { throughOutages } from './through-outages.ts';

/**
 * Store: fetches what was read and keeps it. `final.status` of the result decides, not what the events said. A result that
 * a worker had in hand when it died is read by a process of its own. Of a document, its pages have been read before.
 */
export function storeStage(context: WorkerContext): Stage {
  const { database, ocr, results, lone, wakeUps, log } = context;
  const claimTask = claimerOf(context, 'store');
  const markDone = createDoneMarker(database.db);
  return async (ref, signal) => {
    const claim = await claimTask(ref, signal);
    if (claim === null) return STALE;
    signal.throwIfAborted();
    if (claim.isDocument) return storeDocument(context, claim);

    const job = { endpoint: claim.ocrEndpoint ?? '', jobId: claim.ocrJobId ?? '' };
    const observer = {
      started: (pid: number) => worksAlone(log, claim, pid),
      died: (lastWords: string) => loneProcessDied(log, claim, lastWords),
    };
    const isSuspect = claim.crashes > 0;
    const answer = await (isSuspect ? lone.read(job, signal, observer) : fetchReading(ocr, results.read, job, signal));
    if (!answer.ok) return settle(context, claim, told(claim, answer.fault), signal);

    const reading = answer.value;
    if (!isSuspect) await keepOwnTexts(context, claim, signal); // a file that may have ended a worker is not looked into again
    const stored = await throughOutages(context, () => markDone({ claim, reading }));
    if (stored === null) {
      claimLost(context, claim);
      return STALE;
    }
    wakeUps.taskMoved(claim.taskId);
    if (claim.parentId !== null) wakeUps.taskMoved(claim.parentId);
    const durationMs = Math.round(performance.now() - claim.claimedAtMs);
    taskDone(context, claim, reading.pageCount, reading.raw.byteLength, durationMs);
    if (stored.document !== null) await context.dispatch(stored.document);
    return 'stored';
  };
}

/**
 * The fault in the light of what the events said: after a `failed` one, a result that is missing, broken or silent about
 * the reason is no more than that failure. A service that is away is still waited for, and a crash of
 * ours is called one.
 */
function told(claim: Claim, fault: Fault): Fault {
  const failure = claim.errorCode === 'ocr_job_failed' ? claim.errorMessage : null;
  if (failure === null || fault.reaction === 'wait' || fault.code === 'worker_crashed') return fault;
  return { ...fault, reaction: 'give_up', code: 'ocr_job_failed', message: failure };
}
