/**
 * The reconciler puts back into the queue what Postgres says is due and the queue has lost.
 *
 * Postgres decides: a row that is due and claimed by nobody should have a job, and one claimed by a dead worker needs a
 * new one. Each round looks at the longest-unseen rows and a bounded number of them. Any number of
 * reconcilers may run, one in every worker and no leader: rows are taken with `skip locked`, and job ids derive from the
 * row, so two of them add one job. It is a plain timer and no job of the queue: that would die with the queue it heals.
 * It only adds; the work is the stages'.
 */
import type { JobWhereabouts } from '@ocrelay/queue';
import {
  allUnclaimed,
  deadWorkers,
  expireDeadlines,
  HEARTBEAT_MS,
  IDEMPOTENCY_MS,
  type LateJob,
  LEASE_MS,
  pruneIdempotencyKeys,
  pruneWorkers,
  redispatch,
  releaseOrphans,
  rescueClaims,
  takeLongestUnseen,
} from '@ocrelay/tasks';
import {
  claimsRescued,
  deadlinesExpired,
  jobsRestored,
  orphansReleased,
  queueRebuilt,
  reconciled,
} from '@ocrelay/telemetry';
import { abandon } from './abandon.ts';
import type { ClaimsInHand } from './claims-in-hand.ts';
import type { WorkerContext } from './context.ts';
import type { Lease } from './lease.ts';
import { type Repeated, repeat } from './repeat.ts';
import { wentThrough } from './went-through.ts';

/** Rows a round, so that a round is short whatever the backlog. */
const BATCH = 500;

export function startReconciler(context: WorkerContext, lease: Lease, inHand: ClaimsInHand): Repeated {
  const rounds = repeat(context, context.config.reconcileIntervalMs, () => reconcile(context, inHand, lease));
  // The tasks of a dead worker must not wait for a round on top of the lease: looking for them is one short query.
  const rescues = repeat(context, HEARTBEAT_MS, () =>
    wentThrough(context, 'postgres', () => rescueFromDeadWorkers(context, lease)),
  );
  return {
    async stop() {
      await Promise.all([rounds.stop(), rescues.stop()]);
    },
  };
}

/** One round. Its parts are independent: what needs the queue does not hold up what does not. */
export async function reconcile(
  context: WorkerContext,
  inHand: ClaimsInHand,
  lease: Pick<Lease, 'isSettled'>,
): Promise<void> {
  const parts = [
    await wentThrough(context, 'postgres', () => endLateTasks(context)),
    await wentThrough(context, 'postgres', () => returnOrphans(context, inHand)),
    await wentThrough(context, 'postgres', () => pruneIdempotencyKeys(context.database.db, IDEMPOTENCY_MS)),
    await wentThrough(context, 'queue', () => healQueue(context)),
    await wentThrough(context, 'queue', () => restoreLostJobs(context, lease)),
  ];
  if (parts.every(Boolean)) reconciled(context.metrics);
}

async function endLateTasks(context: WorkerContext): Promise<void> {
  const expired = await expireDeadlines(context.database.db, BATCH);
  if (expired.length === 0) return;
  deadlinesExpired(
    context,
    expired.map(({ taskId }) => taskId),
  );
  for (const { taskId, ocrJob } of expired) {
    context.wakeUps.taskTaken(taskId);
    if (ocrJob !== null) abandon(context, taskId, ocrJob);
  }
}

async function returnOrphans(context: WorkerContext, inHand: ClaimsInHand): Promise<void> {
  const { database, workerId, queues } = context;
  const jobs = await releaseOrphans(database.db, workerId, (ref) => inHand.has(ref));
  if (jobs.length === 0) return;
  orphansReleased(context, jobs.length);
  await queues.addBulk(jobs);
}

/** Takes what dead workers held over; does nothing before this worker may call others dead. */
export async function rescueFromDeadWorkers(context: WorkerContext, lease: Pick<Lease, 'isSettled'>): Promise<void> {
  const { database, queues } = context;
  if (!lease.isSettled()) return;
  const dead = await deadWorkers(database.db);
  if (dead.length === 0) return;
  for (;;) {
    const jobs = await rescueClaims(database.db, dead, BATCH);
    if (jobs.length === 0) break;
    claimsRescued(context, dead, jobs.length);
    // What cannot be added now is due by its row.
    await wentThrough(context, 'queue', () => queues.addBulk(jobs));
  }
  await pruneWorkers(database.db);
}

/** Loss of all the queue's data shows at once: its sentinel is gone. Then every row that waits gets its job again. */
async function healQueue(context: WorkerContext): Promise<void> {
  const { database, queues } = context;
  const intact = await queues.areIntact().catch(async () => {
    await queues.heal();
    return queues.areIntact();
  });
  if (intact) return;
  const startedAt = performance.now();
  let added = 0;
  for await (const jobs of allUnclaimed(database.db, BATCH)) {
    await queues.addBulk(jobs);
    added += jobs.length;
  }
  await queues.markIntact(); // last: whoever dies on the way leaves the loss to be seen by the next
  queueRebuilt(context, added, Math.round(performance.now() - startedAt));
}

async function restoreLostJobs(context: WorkerContext, lease: Pick<Lease, 'isSettled'>): Promise<void> {
  const { database, queues } = context;
  const due = await takeLongestUnseen(database.db, BATCH);
  if (due.length === 0) return;
  const whereabouts = await queues.whereabouts(due, LEASE_MS);
  const absent = due.filter((_, index) => whereabouts[index] === 'absent');
  // Delayed although it is long due: added by a process whose clock is ahead. A job whose worker died before its claim
  // stalls, and is replaced when the queue says so. One that is held for a lease, since tasks are claimed within moments, is with
  // a worker that is cut off from the database, if we are not: after an outage all who can have claimed it before our lease is
  // settled.
  const isBuried = (job: LateJob, where?: JobWhereabouts) =>
    where === 'finished' || (where === 'delayed' && job.lateMs > LEASE_MS) || (where === 'held' && lease.isSettled());
  const buried = due.filter((job, index) => isBuried(job, whereabouts[index]));
  // The rows may have moved on since: a job that is added for nothing is stale and stops quietly.
  const renewed = await redispatch(database.db, buried);
  if (absent.length + renewed.length === 0) return;
  jobsRestored(context, absent.length, renewed.length);
  await queues.addBulk([...absent, ...renewed]);
}
