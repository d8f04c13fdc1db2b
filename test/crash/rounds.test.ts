import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uniqueImage } from '../support/images.ts';
import { createWorld, DAY_MS, type World } from '../support/in-process/world.ts';
import { waitFor } from '../support/wait-for.ts';
import { crashAtEveryEffect } from './crash-at-every-effect.ts';
import { endsAs, type Scenario } from './scenario.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Longer than a reconciler leaves to those who add jobs themselves. */
const LATE_MS = 3_000;

const doesRounds: Pick<Scenario & { process: 'worker' }, 'process' | 'act'> = {
  process: 'worker',
  async act(_world, worker) {
    await worker.rescue();
    await worker.reconcile();
  },
};

/** Two tasks, so that what is done for many can break off in between; gives one of them. */
async function twoTasks(): Promise<string> {
  await world.upload({ start: true });
  return world.upload({ start: true });
}

describe('a worker that dies at any effect of its reconciler', () => {
  test.each<[string, Scenario]>([
    [
      'while the claims of a dead worker are to be taken over',
      {
        ...doesRounds,
        name: 'rescue',
        async given() {
          const taskId = await twoTasks();
          for (let times = 0; times < 2; times += 1) {
            const dead = await world.startWorker({ effect: /^statement update tasks/, moment: 'after' });
            dead.work('submit').catch(() => {});
            await dead.mortal.died;
            await world.bury(dead);
          }
          return taskId;
        },
        ends: endsAs('ocr_done'),
      },
    ],
    [
      'while jobs are lost',
      {
        ...doesRounds,
        name: 'lost jobs',
        async given() {
          const taskId = await twoTasks();
          for (const job of await world.waitingJobs('submit')) await job.remove();
          await world.pass(LATE_MS);
          return taskId;
        },
        ends: endsAs('ocr_done'),
      },
    ],
    [
      'while jobs are buried',
      {
        ...doesRounds,
        name: 'buried jobs',
        async given() {
          const taskId = await twoTasks();
          for (let times = 0; times < 2; times += 1) {
            const dead = await world.startWorker({ effect: 1, moment: 'after' });
            dead.work('submit').catch(() => {});
            await dead.mortal.died;
            await world.bury(dead);
          }
          await world.pass(LATE_MS);
          return taskId;
        },
        ends: endsAs('ocr_done'),
      },
    ],
    [
      'while the data of the queues is lost',
      {
        ...doesRounds,
        name: 'lost queues',
        async given() {
          const taskId = await twoTasks();
          await (await world.livingWorker()).work('submit');
          await world.loseQueues();
          return taskId;
        },
        ends: endsAs('ocr_done'),
      },
    ],
    [
      'while a deadline has passed',
      {
        ...doesRounds,
        name: 'deadline',
        async given() {
          const taskId = await twoTasks();
          await world.pass(DAY_MS);
          return taskId;
        },
        ends: endsAs('deadline_exceeded'),
      },
    ],
  ])('%s', async (_when, scenario) => {
    expect((await crashAtEveryEffect(world, scenario)).crashes).toBeGreaterThan(3);
  });
});

describe('a worker that dies at any effect of its look at the endpoints', () => {
  /** Two tasks that wait for an endpoint whose breaker is open. */
  const parked = async () => {
    const taskId = await twoTasks();
    await world.ocr.kill();
    const worker = await world.livingWorker();
    await worker.workUntilIdle();
    await world.ocr.revive();
    return taskId;
  };
  const isOpen = async () => (await world.sql.query(`select from ocr_endpoints where state = 'open'`)).rowCount === 1;

  test.each<[string, Scenario]>([
    [
      'while a probe is due, and when the task that it lets through is submitted',
      {
        name: 'probe',
        process: 'worker',
        async given() {
          const taskId = await parked();
          await waitFor('the breaker to be open', isOpen);
          await world.pass(LATE_MS);
          return taskId;
        },
        async act(_world, worker) {
          await worker.look();
          await worker.workUntilIdle();
        },
        ends: endsAs('ocr_done'),
      },
    ],
    [
      'while tasks wait for an endpoint that takes them again',
      {
        name: 'admission',
        process: 'worker',
        async given() {
          const taskId = await parked();
          await waitFor('the breaker to be open', isOpen);
          await world.sql.query(`update ocr_endpoints set state = 'closed', job_limit = 1, probe_at = null`);
          return taskId;
        },
        async act(_world, worker) {
          await worker.look();
          await worker.workUntilIdle();
        },
        ends: endsAs('ocr_done'),
      },
    ],
  ])('%s', async (_when, scenario) => {
    expect((await crashAtEveryEffect(world, scenario)).crashes).toBeGreaterThan(3);
  });
});

describe('a worker that dies at any effect of its sweeper', () => {
  test('while there are old tasks, images without a task, and files of dead uploads', async () => {
    const scenario: Scenario = {
      name: 'sweep',
      process: 'worker',
      async given() {
        for (const effect of [/^image write/, /^statement with/]) {
          const dead = await world.startApi({ effect, moment: 'before' });
          dead.upload({ image: uniqueImage() }).catch(() => {});
          await dead.mortal.died;
          await world.bury(dead);
        }
        await world.upload();
        await world.pass(8 * DAY_MS);
        return '';
      },
      act: (_world, worker) => worker.sweep(),
      async ends({ sql }) {
        const { rowCount } = await sql.query('select from tasks');
        return rowCount === 0 ? null : 'the old task is still there';
      },
    };
    expect((await crashAtEveryEffect(world, scenario)).crashes).toBeGreaterThan(5);
  });
});
