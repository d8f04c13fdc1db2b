import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applyStep, type Claim, findClaim, goRound, markDone } from '../../src/index.ts';
import { markOcrEnded, markSubmitted, saveProgress } from '../one-task.ts';
import { NO_PROGRESS, openTaskTable, type TaskTable } from '../task-table.ts';
import { FAIL, JOB, LOOK_AGAIN, READING, RESUBMIT, RETRY, WAIT } from './examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

/** Every edge that a claim can take: true when it moved. */
const EDGES: ReadonlyArray<
  readonly [name: string, stage: 'submit' | 'poll' | 'store', edge: (of: Claim) => Promise<boolean>]
> = [
  ['markSubmitted', 'submit', async (of) => (await markSubmitted(table.db, of, JOB)) !== null],
  ['retry', 'submit', async (of) => (await applyStep(table.db, of, RETRY)).moved],
  ['wait', 'submit', async (of) => (await applyStep(table.db, of, WAIT)).moved],
  ['fail', 'submit', async (of) => (await applyStep(table.db, of, FAIL)).moved],
  ['saveProgress', 'poll', (of) => saveProgress(table.db, of, { cursor: 3, donePages: 1, totalPages: 2 })],
  ['goRound', 'poll', async (of) => (await goRound(table.db, of)) !== null],
  ['markOcrEnded', 'poll', async (of) => (await markOcrEnded(table.db, of, NO_PROGRESS)) !== null],
  ['look again', 'poll', async (of) => (await applyStep(table.db, of, LOOK_AGAIN)).moved],
  ['resubmit', 'poll', async (of) => (await applyStep(table.db, of, RESUBMIT)).moved],
  ['markDone', 'store', async (of) => (await markDone(table.db, of, READING)) !== null],
];

describe.each(EDGES)('%s', (_name, stage, edge) => {
  test('moves a task that the worker holds, with one event or none', async () => {
    const mine = await table.claimed(stage);
    const before = await table.events(mine.taskId);
    expect(await edge(mine)).toBe(true);
    const added = (await table.events(mine.taskId)).slice(before.length);
    expect(added.length).toBeLessThanOrEqual(1);
  });

  test.each<[string, (of: Claim) => Claim]>([
    ['of an earlier run', (of) => ({ ...of, generation: of.generation - 1 })],
    ['of an earlier dispatch', (of) => ({ ...of, dispatch: of.dispatch - 1 })],
    ['that another worker holds', (of) => ({ ...of, workerId: randomUUID() })],
    ['that is another task', (of) => ({ ...of, taskId: randomUUID() })],
  ])('changes nothing with a claim %s', async (_which, alter) => {
    const mine = await table.claimed(stage);
    const before = await table.everything(mine.taskId);
    expect(await edge(alter(mine))).toBe(false);
    expect(await table.everything(mine.taskId)).toEqual(before);
  });

  test('changes nothing once the claim was taken away', async () => {
    const mine = await table.claimed(stage);
    await table.rows('update tasks set claimed_by = null, due_at = now() where id = $1', [mine.taskId]);
    const before = await table.everything(mine.taskId);
    expect(await edge(mine)).toBe(false);
    expect(await table.everything(mine.taskId)).toEqual(before);
  });

  test('happens once when it is done twice at the same time, unless it keeps the claim', async () => {
    const mine = await table.claimed(stage);
    const moved = await Promise.all([edge(mine), edge(mine), edge(mine)]);
    const kept = (await findClaim(table.db, mine, mine.workerId)) !== null;
    expect(moved.filter(Boolean)).toHaveLength(kept ? 3 : 1);
  });
});
