/** What workers do to many tasks at a time, for one. */
import type { Db } from '@ocrelay/db';
import {
  type Claim,
  createClaimer,
  createOcrEndedMarker,
  createProgressSaver,
  createSubmitMarker,
  type DueJob,
  type JobRef,
  type PollProgress,
} from '../src/index.ts';

export function claim(db: Db, ref: JobRef, workerId: string): Promise<Claim | null> {
  return createClaimer(db, workerId, ref.stage)(ref);
}

export function markSubmitted(
  db: Db,
  claim: Claim,
  job: { readonly jobId: string; readonly endpoint: string },
): Promise<DueJob | null> {
  return createSubmitMarker(db)({ claim, ...job });
}

export function saveProgress(db: Db, claim: Claim, progress: PollProgress): Promise<boolean> {
  return createProgressSaver(db)({ claim, progress });
}

export function markOcrEnded(
  db: Db,
  claim: Claim,
  progress: PollProgress,
  failure: string | null = null,
): Promise<DueJob | null> {
  return createOcrEndedMarker(db)({ claim, progress, failure });
}
