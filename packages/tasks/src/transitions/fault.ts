import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { NextStep } from '../after-fault.ts';
import type { DueJob } from '../job-ref.ts';
import type { Claim } from './claim.ts';
import { dueIn, end, move, SLOT_BACK, UNCLAIMED } from './move.ts';
import { lookAgain, resubmit } from './poll.ts';

/** How a fault was settled. */
export interface Settled {
  /** False: the claim is no longer ours and nothing was changed. */
  readonly moved: boolean;
  /** The next job of the task, or of the document whose last page it was; null when there is none to come. */
  readonly next: DueJob | null;
}

/** Does what `afterFault` decided. */
export async function applyStep(db: Db, claim: Claim, step: NextStep): Promise<Settled> {
  if (step.kind === 'fail') {
    const ended = await fail(db, claim, step);
    return { moved: ended !== null, next: ended?.document ?? null };
  }
  const next = await edge(db, claim, step);
  return { moved: next !== null, next: step.kind === 'park' ? null : next };
}

function edge(db: Db, claim: Claim, step: Exclude<NextStep, { kind: 'fail' }>): Promise<DueJob | null> {
  switch (step.kind) {
    case 'retry':
      return retry(db, claim, step);
    case 'wait':
      return wait(db, claim, step);
    case 'park':
      return park(db, claim, step);
    case 'look_again':
      return lookAgain(db, claim, step.inMs, step.message);
    case 'resubmit':
      return resubmit(db, claim, step.inMs, step.message);
  }
}

/** Same status: the try has failed and counts. */
function retry(db: Db, claim: Claim, step: Extract<NextStep, { kind: 'retry' }>): Promise<DueJob | null> {
  return move(
    db,
    claim,
    sql`waits = 0, waiting_reason = null, error_code = ${step.code}, error_message = ${step.message},
        ${SLOT_BACK}, ${UNCLAIMED}, ${dueIn(step.inMs)}`,
    { type: 'attempt_failed', data: { code: step.code, message: step.message, retry_in_ms: step.inMs } },
  );
}

/** Same status: a pause that does not count. Where nothing reached the service, nothing was submitted either. */
function wait(db: Db, claim: Claim, step: Extract<NextStep, { kind: 'wait' }>): Promise<DueJob | null> {
  return move(
    db,
    claim,
    sql`attempt = greatest(attempt - 1, 0), waits = waits + 1, waiting_reason = ${step.code},
        submissions = submissions - ${claim.stage === 'submit' && step.mayBeDone === undefined ? 1 : 0},
        error_code = ${step.code}, error_message = ${step.message}, ${SLOT_BACK}, ${UNCLAIMED}, ${dueIn(step.inMs)}`,
    { type: 'waiting', data: { code: step.code, message: step.message, retry_in_ms: step.inMs }, repeats: true },
  );
}

/** Same status: a pause that does not count, without a job, until an endpoint takes tasks again. */
function park(db: Db, claim: Claim, step: Extract<NextStep, { kind: 'park' }>): Promise<DueJob | null> {
  return move(
    db,
    claim,
    sql`attempt = greatest(attempt - 1, 0), waits = waits + 1, waiting_reason = ${step.code},
        submissions = submissions - ${step.mayBeDone === undefined ? 1 : 0}, error_code = ${step.code}, error_message = ${step.message},
        parked_at = now(), ${SLOT_BACK}, ${UNCLAIMED}`,
    { type: 'waiting', data: { code: step.code, message: step.message }, repeats: true },
  );
}

/** → ocr_failed: for good, unless somebody starts the task again. */
function fail(db: Db, claim: Claim, step: Extract<NextStep, { kind: 'fail' }>): ReturnType<typeof end> {
  return end(
    db,
    claim,
    sql`status = 'ocr_failed', claimed_by = null, due_at = null, finished_at = now(), waiting_reason = null,
        error_code = ${step.code}, error_message = ${step.message}`,
    { type: 'failed', data: { code: step.code, message: step.message } },
  );
}
