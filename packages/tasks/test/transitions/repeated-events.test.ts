import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applyStep, type Claim, type NextStep } from '../../src/index.ts';
import { claim, saveProgress } from '../one-task.ts';
import { one, openTaskTable, type TaskTable } from '../task-table.ts';
import { RETRY, WAIT } from './examples.ts';

let table: TaskTable;
beforeAll(async () => {
  table = await openTaskTable();
});
beforeEach(() => table.empty());
afterAll(() => table.drop());

describe('events that repeat', () => {
  const again = async (of: Claim, step: NextStep) =>
    one([await claim(table.db, one([(await applyStep(table.db, of, step)).next]), of.workerId)]);
  const last = async (taskId: string) => (await table.events(taskId)).at(-1);

  test('are one with a count: a thousand waits for one cause are one entry', async () => {
    let mine = await table.claimed('submit');
    const before = await table.events(mine.taskId);
    for (let i = 1; i <= 5; i++) mine = await again(mine, { ...WAIT, inMs: i });
    expect(await table.events(mine.taskId)).toHaveLength(before.length + 1);
    expect(await last(mine.taskId)).toMatchObject({ type: 'waiting', count: 5, data: { retry_in_ms: 5 } });
    expect(mine.waits).toBe(5);
  });

  test('are another entry when the cause changes', async () => {
    let mine = await table.claimed('submit');
    mine = await again(mine, WAIT);
    mine = await again(mine, { ...WAIT, code: 'ocr_unauthorized' });
    mine = await again(mine, WAIT);
    expect((await table.events(mine.taskId)).filter((e) => e['type'] === 'waiting').map((e) => e['count'])).toEqual([
      1, 1, 1,
    ]);
  });

  test('are another entry when something else came between', async () => {
    let mine = await table.claimed('submit');
    mine = await again(mine, WAIT);
    mine = await again(mine, RETRY);
    mine = await again(mine, WAIT);
    expect((await table.events(mine.taskId)).map((e) => e['type']).slice(-3)).toEqual([
      'waiting',
      'attempt_failed',
      'waiting',
    ]);
  });

  test('are another entry in another run', async () => {
    const mine = await again(await table.claimed('submit'), WAIT);
    await table.rows('update tasks set generation = 2 where id = $1', [mine.taskId]);
    await applyStep(table.db, { ...mine, generation: 2 }, WAIT);
    const waits = (await table.events(mine.taskId)).filter((e) => e['type'] === 'waiting');
    expect(waits.map((e) => [e['generation'], e['count']])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test('do not swallow failed tries: each is an entry', async () => {
    let mine = await table.claimed('submit');
    mine = await again(mine, RETRY);
    mine = await again(mine, RETRY);
    expect(
      (await table.events(mine.taskId)).filter((e) => e['type'] === 'attempt_failed').map((e) => e['attempt']),
    ).toEqual([1, 2]);
  });

  test('of pages read are one entry that tells the latest', async () => {
    const mine = await table.claimed('poll');
    for (const donePages of [1, 2, 3])
      await saveProgress(table.db, mine, { cursor: donePages, donePages, totalPages: 3 });
    expect(await last(mine.taskId)).toMatchObject({
      type: 'progress',
      count: 3,
      data: { done_pages: 3, total_pages: 3 },
    });
  });

  test('are not written for a cursor that moves while the pages stay', async () => {
    const mine = await table.claimed('poll');
    const before = await table.events(mine.taskId);
    await saveProgress(table.db, mine, { cursor: 5, donePages: mine.donePages, totalPages: mine.totalPages });
    expect(await table.events(mine.taskId)).toEqual(before);
  });
});
