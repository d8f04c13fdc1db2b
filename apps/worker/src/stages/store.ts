import { claim as claimTask, markDone } from '@ocrelay/tasks';
import { claimLost, taskDone } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { settle } from './settle.ts';
import { STALE, type Stage } from './stage.ts';

/** Store: fetches what was read and keeps it. `final.status` of the result decides, not what the events said. */
export function storeStage(context: WorkerContext): Stage {
  const { database, ocr, results, wakeUps, log } = context;
  return async (ref, signal) => {
    const claim = await claimTask(database.db, ref, context.workerId);
    if (claim === null) return STALE;
    signal.throwIfAborted();

    const job = { endpoint: claim.ocrEndpoint ?? '', jobId: claim.ocrJobId ?? '' };
    const answer = await ocr.getJobResult(job, signal);
    if (!answer.ok) return settle(context, claim, answer.fault, signal);
    const reading = await results.read(answer.value);
    if (!reading.ok) return settle(context, claim, reading.fault, signal);

    if (!(await markDone(database.db, claim, { raw: answer.value, ...reading.value }))) {
      claimLost(log, claim);
      return STALE;
    }
    wakeUps.taskMoved(claim.taskId);
    const durationMs = Math.round(performance.now() - claim.claimedAtMs);
    taskDone(log, claim, reading.value.pageCount, answer.value.byteLength, durationMs);
    return 'stored';
  };
}
