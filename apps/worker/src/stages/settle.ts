import { afterFault, applyStep, type Claim, type Fault, type NextStep, type Standing } from '@ocrelay/tasks';
import {
  claimLost,
  ocrJobLost,
  ocrJobMissing,
  taskFailed,
  taskParked,
  taskRetries,
  taskWaits,
} from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { STALE, TryFailed } from './stage.ts';
import { throughOutages } from './through-outages.ts';

/**
 * Settles what comes after a fault: decides, moves the row, adds the next job.
 * @returns a word for the queue when the task only waits.
 * @throws TryFailed when the try has failed.
 */
export async function settle(context: WorkerContext, claim: Claim, fault: Fault, signal: AbortSignal): Promise<string> {
  context.endpoints.failed(claim.taskId, claim.stage, fault);
  const believed = fault.reaction === 'lost' ? await believeLoss(context, claim, fault, signal) : blame(context, fault);
  return follow(
    context,
    claim,
    afterFault(stay(context, claim, believed), standingNow(claim), context.policies[claim.stage], context.random),
  );
}

/** Does what was decided. */
export async function follow(context: WorkerContext, claim: Claim, step: NextStep): Promise<string> {
  const { moved, next } = await throughOutages(context, () => applyStep(context.database.db, claim, step));
  if (!moved) {
    claimLost(context, claim);
    return STALE;
  }
  context.wakeUps.taskMoved(claim.taskId);
  if (claim.parentId !== null && step.kind === 'fail') context.wakeUps.taskMoved(claim.parentId);
  report(context, claim, step);
  if (next !== null) await context.dispatch(next);
  if (step.kind === 'retry' || step.kind === 'fail') throw new TryFailed(`${step.code}: ${step.message}`);
  return step.kind === 'wait' || step.kind === 'park' ? `waits: ${step.code}` : step.kind;
}

/** A service that says "no such job" and is not well, or a proxy in its place, has not lost anything. */
async function believeLoss(context: WorkerContext, claim: Claim, fault: Fault, signal: AbortSignal): Promise<Fault> {
  const health = await context.ocr.healthCheck(claim.ocrEndpoint, signal);
  if (health.ok && health.value.ok) return fault;
  const why = health.ok ? 'it reports that it is not ok' : health.fault.message;
  return {
    ...fault,
    reaction: 'wait',
    code: 'ocr_unavailable',
    message: `The OCR service does not know the job, but it is not healthy either: ${why}`,
  };
}

/**
 * While an endpoint's breaker is not closed, what fails there is not the image's: the try does not count. While it is
 * closed, a refusal may be this image's alone: the task waits by itself, or it would be let through at once again.
 */
function blame({ endpoints }: WorkerContext, fault: Fault): Fault {
  const { endpoint, trouble, ...rest } = fault;
  if (endpoint === undefined) return fault;
  if (!endpoints.isDown(endpoint)) return trouble === 'refused' ? { ...rest, endpoint } : fault;
  return fault.reaction === 'retry'
    ? { ...rest, endpoint, reaction: 'wait', trouble: 'unreachable', mayBeDone: true }
    : fault;
}

/** A job at an endpoint that has been away for too long is given up, where there is another endpoint to read the image. */
function stay({ endpoints, config }: WorkerContext, claim: Claim, fault: Fault): Fault {
  if (claim.stage === 'submit' || fault.reaction !== 'wait' || fault.endpoint === undefined) return fault;
  const downForMs = endpoints.downFor(fault.endpoint) ?? 0;
  if (downForMs < config.endpointLostMs) return fault;
  const message = `The OCR endpoint that has the job has been away for ${Math.round(downForMs / 1000)} s: ${fault.message}`;
  return { ...fault, reaction: 'elsewhere', message };
}

/** The claim's standing at this moment, by the database's clock: its time at the claim and what has passed since. */
export function standingNow(claim: Claim): Standing {
  return { ...claim, now: new Date(claim.now.getTime() + (performance.now() - claim.claimedAtMs)) };
}

function report(context: WorkerContext, claim: Claim, step: NextStep): void {
  if (step.kind === 'retry') taskRetries(context, claim, step.code, step.message, step.inMs);
  if (step.kind === 'wait') taskWaits(context, claim, step.code, step.message, step.inMs);
  if (step.kind === 'park') taskParked(context, claim, step.code, step.message);
  if (step.kind === 'look_again') ocrJobMissing(context, claim, step.message, step.inMs);
  if (step.kind === 'resubmit') ocrJobLost(context, claim, step.message, step.inMs);
  if (step.kind === 'fail') taskFailed(context, claim, step.code, step.message);
}
