import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { createWakeUpSender, listenForWakeUps, type WakeUps } from '../src/index.ts';

jest.setTimeout(60_000);

/** Far longer than any test: what ends earlier was woken. */
const LONG_MS = 3_600_000;
let own: TestDatabase;
let pool: pg.Pool;
let wakeUps: WakeUps;
beforeAll(async () => {
  own = await createEmptyDatabase();
  pool = new pg.Pool({ connectionString: own.url, max: 2 });
  pool.on('error', () => {});
});
beforeEach(async () => {
  wakeUps = listenForWakeUps(own.url);
  await isListening();
});
afterEach(() => wakeUps.close());
afterAll(async () => {
  await pool.end();
  await own.drop();
});

const listeners = async () => {
  const found = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'ocrelay wake-ups' and datname = current_database() and query like 'listen%' and state = 'idle'`,
  );
  return found.rows.map((row) => row.pid);
};
const isListening = () => waitFor('a listener', async () => (await listeners()).length === 1);

/** Waits as long as it takes; says whether it has been woken. */
function waiting(taskId: string, signal?: AbortSignal) {
  const state = { woken: false };
  const done = wakeUps.waitFor(taskId, LONG_MS, signal).then(() => {
    state.woken = true;
  });
  return { state, done };
}

describe('a wake-up', () => {
  test('reaches whoever waits for the task, and nobody else', async () => {
    const [mine, other] = [randomUUID(), randomUUID()];
    const [first, second] = [waiting(mine), waiting(mine)];
    const stop = new AbortController();
    const third = waiting(other, stop.signal);
    createWakeUpSender(pool).taskMoved(mine);
    await Promise.all([first.done, second.done]);
    expect(third.state.woken).toBe(false);
    stop.abort();
    await third.done;
  });

  test('of many tasks goes in few messages, and reaches all', async () => {
    const ids = Array.from({ length: 500 }, () => randomUUID());
    const all = ids.map((id) => waiting(id).done);
    const sent: unknown[][] = [];
    const counting = {
      query: (text: string, values: unknown[]) => {
        sent.push(values);
        return pool.query(text, values);
      },
    };
    const sender = createWakeUpSender(counting as unknown as pg.Pool);
    for (const id of [...ids, ...ids]) sender.taskMoved(id);
    await Promise.all(all);
    expect(sent).toHaveLength(3);
    for (const [, payload] of sent) expect(String(payload).length).toBeLessThan(8_000);
  });

  test('can be sent again after it was sent', async () => {
    const sender = createWakeUpSender(pool, 1);
    for (let i = 0; i < 3; i++) {
      const id = randomUUID();
      const { done } = waiting(id);
      sender.taskMoved(id);
      await done;
    }
  });

  test('that cannot be sent harms nobody', async () => {
    let failed = 0;
    const broken = { query: async () => Promise.reject(new Error(`away ${++failed}`)) };
    createWakeUpSender(broken as unknown as pg.Pool, 1).taskMoved(randomUUID());
    await waitFor('the attempt', () => failed === 1);
  });
});

describe('a wake-up that a task was taken', () => {
  test('reaches those who subscribe to it, and those who wait for the task to move', async () => {
    const id = randomUUID();
    const heard: unknown[] = [];
    const taken = listenForWakeUps(own.url, 'taken');
    taken.subscribe((ids) => heard.push(ids));
    await waitFor('both listeners', async () => (await listeners()).length === 2);
    const { done } = waiting(id);
    createWakeUpSender(pool, 1).taskTaken(id);
    await done;
    await waitFor('the wake-up', () => heard.length > 1);
    expect(heard).toEqual([null, [id]]);
    await taken.close();
  });

  test('is another than that it has moved', async () => {
    const [moved, takenId] = [randomUUID(), randomUUID()];
    const heard: unknown[] = [];
    const taken = listenForWakeUps(own.url, 'taken');
    taken.subscribe((ids) => heard.push(ids));
    await waitFor('both listeners', async () => (await listeners()).length === 2);
    const { done } = waiting(moved);
    const sender = createWakeUpSender(pool, 1);
    sender.taskMoved(moved);
    await done;
    sender.taskTaken(takenId); // what is sent later is heard later
    await waitFor('the wake-up', () => heard.length > 1);
    expect(heard).toEqual([null, [takenId]]);
    await taken.close();
  });
});

describe('waiting', () => {
  test('ends when its time is over', async () => {
    await wakeUps.waitFor(randomUUID(), 1);
  });

  test('ends when it is aborted, before or meanwhile', async () => {
    await wakeUps.waitFor(randomUUID(), LONG_MS, AbortSignal.abort());
    const stop = new AbortController();
    const { done } = waiting(randomUUID(), stop.signal);
    stop.abort();
    await done;
  });

  test('goes on over a broken connection, and is woken by the next', async () => {
    const id = randomUUID();
    const { state, done } = waiting(id);
    const [before] = await listeners();
    await pool.query('select pg_terminate_backend($1)', [before]);
    await waitFor('another listener', async () => {
      const now = await listeners();
      return now.length === 1 && now[0] !== before;
    });
    expect(state.woken).toBe(false);
    createWakeUpSender(pool).taskMoved(id);
    await done;
  });

  test('tells its subscribers when the connection is made again, since something may have been missed', async () => {
    const heard: unknown[] = [];
    wakeUps.subscribe((ids) => heard.push(ids));
    const [pid] = await listeners();
    await pool.query('select pg_terminate_backend($1)', [pid]);
    await waitFor('the word', () => heard.length > 0);
    expect(heard).toEqual([null]);
  });

  test('needs one connection, however often it breaks', async () => {
    for (let i = 0; i < 2; i++) {
      const [pid] = await listeners();
      await pool.query('select pg_terminate_backend($1)', [pid]);
      await waitFor('another listener', async () => (await listeners()).some((one) => one !== pid));
    }
    expect(await listeners()).toHaveLength(1);
  });

  test('leaves no connection when it is closed', async () => {
    await wakeUps.close();
    await waitFor('no listener', async () => (await listeners()).length === 0);
  });
});
