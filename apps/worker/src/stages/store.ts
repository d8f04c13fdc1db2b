import { type Claim, createDoneMarker, type Fault } from '@ocrelay/tasks';
import { claimLost, taskDone } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { claimerOf } from './claim-task.ts';
import { keep } from './keep.ts';
import { settle } from './settle.ts';
import { STALE, type Stage } from './stage.ts';

/** Store: fetches what was read and keeps it. `final.status` of the result decides, not what the events said. */
export function storeStage(context: WorkerContext): Stage {
  const { database, ocr, results, wakeUps, log } = context;
  const claimTask = claimerOf(context, 'store');
  const markDone = createDoneMarker(database.db);
  return async (ref, signal) => {
    const claim = await claimTask(ref, signal);
    if (claim === null) return STALE;
    signal.throwIfAborted();

    const job = { endpoint: claim.ocrEndpoint ?? '', jobId: claim.ocrJobId ?? '' };
    const answer = await ocr.getJobResult(job, signal);
    if (!answer.ok) return settle(context, claim, told(claim, answer.fault), signal);
    const reading = await results.read(answer.value);
    if (!reading.ok) return settle(context, claim, told(claim, reading.fault), signal);

    const done = { claim, reading: { raw: answer.value, ...reading.value } };
    if (!(await keep(context, () => markDone(done)))) {
      claimLost(log, claim);
      return STALE;
    }
    wakeUps.taskMoved(claim.taskId);
    const durationMs = Math.round(performance.now() - claim.claimedAtMs);
    taskDone(log, claim, reading.value.pageCount, answer.value.byteLength, durationMs);
    return 'stored';
  };
}

/**
 * The fault in the light of what the events said: after a `failed` one, a result that is missing, broken or silent about
 * the reason is no more than that failure. A service that is away is still waited for.
 */
function told(claim: Claim, fault: Fault): Fault {
  const failure = claim.errorCode === 'ocr_job_failed' ? claim.errorMessage : null;
  if (failure === null || fault.reaction === 'wait') return fault;
  return { reaction: 'give_up', code: 'ocr_job_failed', message: failure };
}
