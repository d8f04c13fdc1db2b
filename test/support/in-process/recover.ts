import { DAY_MS, type World } from './world.ts';

/** What others need at most until every task has ended: as many rounds of a reconciler, with some time between them. */
const ROUNDS = 12;
/** Longer than a reconciler's grace, a backoff, and the two answers that make a lost job. */
const BETWEEN_MS = 3_000;

/**
 * A healthy worker does what is left to do, as long as there is anything; then its sweeper goes through the store.
 * @throws Error when tasks do not end.
 */
export async function recover(world: World): Promise<void> {
  const worker = await world.livingWorker();
  for (let round = 1; (await tasksInProgress(world)) > 0; round += 1) {
    if (round > ROUNDS) throw new Error(`tasks have not ended after ${ROUNDS} rounds of a healthy worker`);
    await worker.rescue();
    await worker.reconcile();
    await worker.look();
    await worker.workUntilIdle();
    await world.pass(BETWEEN_MS);
  }
  await world.pass(SWEPT_AFTER_MS);
  await worker.sweep();
}

/** More than the grace of what an upload leaves, and less than what makes a task old. */
const SWEPT_AFTER_MS = DAY_MS / 2;

async function tasksInProgress({ sql }: World): Promise<number> {
  const { rowCount } = await sql.query(`select from tasks where status in ('queued', 'ocr_processing')`);
  return rowCount ?? 0;
}
