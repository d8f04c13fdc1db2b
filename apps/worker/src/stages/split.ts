import { imageKey } from '@ocrelay/storage';
import { type Claim, findTask, markSplit, newTaskId } from '@ocrelay/tasks';
import { claimLost, documentSplit } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { claimerOf } from './claim-task.ts';
import { renderPage } from './render-page.ts';
import { STALE, type Stage } from './stage.ts';
import { throughOutages } from './through-outages.ts';

/**
 * Split: a document becomes as many tasks as it has pages, and each of these pages becomes a picture, which then goes the way of
 * any image.
 */
export function splitStage(context: WorkerContext): Stage {
  const claimTask = claimerOf(context, 'split');
  return async (ref, signal) => {
    const claim = await claimTask(ref, signal);
    if (claim === null) return STALE;
    signal.throwIfAborted();
    if (claim.isDocument) return splitDocument(context, claim);
    const document = await throughOutages(context, () => findTask(context.database.db, claim.parentId ?? ''));
    return document === null ? STALE : renderPage(context, claim, document, signal);
  };
}

async function splitDocument(context: WorkerContext, claim: Claim): Promise<string> {
  const pages = Array.from({ length: claim.totalPages ?? 0 }, () => newTaskId()).map((id) => {
    return { id, imagePath: imageKey(id, claim.now, 'png') };
  });
  const jobs = await throughOutages(context, () => markSplit(context.database.db, claim, pages));
  if (jobs === null) {
    claimLost(context, claim);
    return STALE;
  }
  context.wakeUps.taskMoved(claim.taskId);
  documentSplit(context, claim, claim.totalPages ?? 0);
  await Promise.all(jobs.map(context.dispatch));
  return `split into ${claim.totalPages} pages`;
}
