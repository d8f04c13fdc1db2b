import { type Claim, markGathered } from '@ocrelay/tasks';
import { claimLost, documentDone, taskFailed } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { STALE, TryFailed } from './stage.ts';
import { throughOutages } from './through-outages.ts';

/** Store, for a document: its pages have ended, and what was read of them becomes its result. */
export async function storeDocument(context: WorkerContext, claim: Claim): Promise<string> {
  const gathered = await throughOutages(context, () => markGathered(context.database.db, claim));
  if (gathered === null) {
    claimLost(context, claim);
    return STALE;
  }
  context.wakeUps.taskMoved(claim.taskId);
  const { pageCount, failedPages, failure } = gathered;
  if (failure !== null) {
    taskFailed(context, claim, failure.code, failure.message);
    throw new TryFailed(`${failure.code}: ${failure.message}`);
  }
  documentDone(context, claim, pageCount, failedPages, Math.round(performance.now() - claim.claimedAtMs));
  return `stored with ${pageCount} pages`;
}
