import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uniqueImage } from '../support/images.ts';
import type { ApiProcess } from '../support/in-process/api-process.ts';
import { createWorld, type World } from '../support/in-process/world.ts';
import { crashAtEveryEffect } from './crash-at-every-effect.ts';
import { endsAs, type Scenario } from './scenario.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const IMAGE = uniqueImage();

/** At most so many tasks there are in the end, and each that was started is done. */
function endsWithTasks(least: number, most: number, status: string): Scenario['ends'] {
  return async ({ sql }) => {
    const { rows } = await sql.query('select status from tasks');
    if (rows.length < least || rows.length > most) return `there are ${rows.length} tasks`;
    const other = rows.find((row) => row.status !== status);
    return other === undefined ? null : `a task ended as ${other.status}`;
  };
}

/** A client that got no answer cannot know, and leaves it at that. */
function uploadOnce(start: boolean): Scenario {
  return {
    name: 'upload',
    process: 'api',
    given: async () => '',
    act: (_world, api) => api.upload({ start, image: IMAGE }),
    ends: endsWithTasks(0, 1, start ? 'ocr_done' : 'uploaded'),
  };
}

/** A client that got no answer sends it again, with the same key. */
function uploadUntilAnswered(start: boolean): Scenario {
  return {
    name: 'upload with an Idempotency-Key',
    process: 'api',
    given: async () => randomUUID(),
    act: (_world, api, idempotencyKey) => api.upload({ start, image: IMAGE, idempotencyKey }),
    async goesOn(_world, idempotencyKey) {
      const { status } = await world.api.upload({ start, image: IMAGE, idempotencyKey });
      if (status !== 201) throw new Error(`the repetition was answered ${status}`);
    },
    ends: endsWithTasks(1, 1, start ? 'ocr_done' : 'uploaded'),
  };
}

describe('an API that dies at any effect of an upload', () => {
  test.each<[string, Scenario]>([
    ['only to be kept', uploadOnce(false)],
    ['to be started', uploadOnce(true)],
    ['to be kept, with an Idempotency-Key', uploadUntilAnswered(false)],
    ['to be started, with an Idempotency-Key', uploadUntilAnswered(true)],
    [
      'that repeats one, and asks for a start',
      {
        ...uploadUntilAnswered(true),
        async given() {
          const key = randomUUID();
          await world.api.upload({ image: IMAGE, idempotencyKey: key });
          return key;
        },
      } as Scenario,
    ],
  ])('%s', async (_what, scenario) => {
    expect((await crashAtEveryEffect(world, scenario)).crashes).toBeGreaterThan(3);
  });
});

/** What a client asks of a task; when it gets no answer, it asks again. */
function operation(
  name: 'start' | 'cancel' | 'retry' | 'delete',
  given: () => Promise<string>,
  ends: Scenario['ends'],
): Scenario {
  const ask = (api: ApiProcess, taskId: string) => {
    if (name === 'delete') return api.request('DELETE', `/tasks/${taskId}`);
    return api.request('POST', name === 'start' ? `/ocr/start/${taskId}` : `/tasks/${taskId}/${name}`);
  };
  return {
    name,
    process: 'api',
    given,
    act: (_world, api, taskId) => ask(api, taskId),
    async goesOn(_world, taskId) {
      await ask(world.api, taskId);
    },
    ends,
  };
}

async function queued(): Promise<string> {
  return world.upload({ start: true });
}

/** The service works on it, and says nothing. */
async function processing(): Promise<string> {
  world.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
  const taskId = await queued();
  await (await world.livingWorker()).work('submit');
  return taskId;
}

async function failed(): Promise<string> {
  world.ocr.script({ faults: [{ call: 'submit', does: { kind: 'status', status: 400 }, times: 1 }] });
  const taskId = await queued();
  await (await world.livingWorker()).work('submit');
  return taskId;
}

async function cancelled(): Promise<string> {
  const taskId = await queued();
  await world.api.request('POST', `/tasks/${taskId}/cancel`);
  return taskId;
}

const isGone: Scenario['ends'] = async ({ sql }, taskId) => {
  const { rowCount } = await sql.query('select from tasks where id = $1', [taskId]);
  return rowCount === 0 ? null : 'the task is still there';
};

describe('an API that dies at any effect of', () => {
  test.each<[string, Scenario]>([
    ['a start', operation('start', () => world.upload(), endsAs('ocr_done'))],
    ['a start of a task that failed', operation('start', failed, endsAs('ocr_done'))],
    ['a cancel of a task that waits', operation('cancel', queued, endsAs('cancelled'))],
    ['a cancel of a task that is read', operation('cancel', processing, endsAs('cancelled'))],
    ['a retry of a task that failed', operation('retry', failed, endsAs('ocr_done'))],
    ['a retry of a task that was cancelled', operation('retry', cancelled, endsAs('ocr_done'))],
    ['a deletion', operation('delete', queued, isGone)],
    ['a deletion of a task that is read', operation('delete', processing, isGone)],
    [
      'a retry of many tasks',
      {
        name: 'retry many',
        process: 'api',
        async given() {
          await failed();
          return failed();
        },
        act: (_world, api) => api.request('POST', '/tasks/retry'),
        async goesOn() {
          await world.api.request('POST', '/tasks/retry');
        },
        ends: endsWithTasks(2, 2, 'ocr_done'),
      },
    ],
  ])('%s', async (_what, scenario) => {
    expect((await crashAtEveryEffect(world, scenario)).crashes).toBeGreaterThan(1);
  });
});
