import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Stage } from '@ocrelay/contracts';
import type { ApiProcess } from '../support/in-process/api-process.ts';
import { uniqueDocument } from '../support/in-process/page-pictures.ts';
import { createWorld, DAY_MS, type World } from '../support/in-process/world.ts';
import { crashAtEveryEffect } from './crash-at-every-effect.ts';
import { ALL_READ, document, endsWithPages, illegible, ONE_READ, RENDERED, SPLIT, STORED } from './document-steps.ts';
import type { Scenario } from './scenario.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const READ = endsWithPages('ocr_done', 'ocr_done', 'ocr_done');
const isGone: Scenario['ends'] = async ({ sql }) => {
  const { rowCount } = await sql.query('select from tasks');
  return rowCount === 0 ? null : `${rowCount} tasks are still there`;
};

/** What a client asks of a document, or of its `page`; when it gets no answer, it asks again. */
function operation(
  name: 'start' | 'cancel' | 'retry' | 'delete',
  given: () => Promise<string>,
  ends: Scenario['ends'],
  page?: number,
): Scenario {
  const ask = async (api: ApiProcess, taskId: string) => {
    const subject = page === undefined ? taskId : (await world.pagesOf(taskId))[page - 1];
    if (name === 'delete') return api.request('DELETE', `/tasks/${subject}`);
    return api.request('POST', name === 'start' ? `/ocr/start/${subject}` : `/tasks/${subject}/${name}`);
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

const far = (...done: readonly Stage[]) => {
  return () => document(world, ...done);
};

/** One page is done, and the service works on the other. */
async function halfRead(): Promise<string> {
  const taskId = await document(world, ...ONE_READ);
  world.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
  await (await world.livingWorker()).work('submit');
  return taskId;
}

async function cancelled(): Promise<string> {
  const taskId = await document(world, ...ONE_READ);
  await world.api.request('POST', `/tasks/${taskId}/cancel`);
  return taskId;
}

async function outOfTime(): Promise<string> {
  const taskId = await document(world, ...SPLIT);
  await world.pass(DAY_MS);
  await (await world.livingWorker()).reconcile();
  return taskId;
}

/** A page failed, and the worker that was about to store the document has died; nobody has noticed yet. */
async function diedOver(): Promise<string> {
  const taskId = await without([2], ...oneFailed.slice(0, -1));
  const dead = await world.startWorker({ effect: /^statement update tasks/, moment: 'after' });
  dead.work('store').catch(() => {});
  await dead.mortal.died;
  await world.bury(dead);
  return taskId;
}

/** These pages could not be rendered; now they can. */
async function without(pages: readonly number[], ...done: readonly Stage[]): Promise<string> {
  illegible(world, ...pages);
  const taskId = await document(world, ...done);
  illegible(world);
  return taskId;
}

const oneFailed: readonly Stage[] = [...RENDERED, 'submit', 'poll', 'store', 'store'];
const allFailed: readonly Stage[] = [...RENDERED, 'store'];

describe('an API that dies at any effect of', () => {
  test.each<[string, Scenario]>([
    ['a start of a document', operation('start', () => world.upload({ pages: 2 }), READ)],
    ['a cancel of a document that waits', operation('cancel', far(), endsWithPages('cancelled'))],
    [
      'a cancel of a document that was split',
      operation('cancel', far(...SPLIT, 'split'), endsWithPages('cancelled', 'cancelled', 'cancelled')),
    ],
    [
      'a cancel of a document half of which is read',
      operation('cancel', halfRead, endsWithPages('cancelled', 'ocr_done', 'cancelled')),
    ],
    [
      'a cancel of a document that is to be stored',
      operation('cancel', far(...ALL_READ), endsWithPages('cancelled', 'ocr_done', 'ocr_done')),
    ],
    ['a retry of a document that was cancelled', operation('retry', cancelled, READ)],
    ['a retry of a document that failed', operation('retry', () => without([1, 2], ...allFailed), READ)],
    ['a start of a document that failed', operation('start', () => without([1, 2], ...allFailed), READ)],
    ['a deletion of a document that waits', operation('delete', far(), isGone)],
    ['a deletion of a document half of which is read', operation('delete', halfRead, isGone)],
    ['a deletion of a document that is done', operation('delete', far(...STORED), isGone)],
    ['a retry of a page of a document that is done', operation('retry', () => without([2], ...oneFailed), READ, 2)],
    ['a start of a page of a document that is done', operation('start', () => without([1], ...oneFailed), READ, 1)],
    [
      'a retry of a page of a document that failed',
      operation(
        'retry',
        () => without([1, 2], ...allFailed),
        endsWithPages('ocr_done', 'ocr_done', 'image_corrupt'),
        1,
      ),
    ],
    ['a retry of a page while the other is read', operation('retry', () => without([1], ...RENDERED), READ, 1)],
    [
      'a retry of a page of a document that met its deadline',
      operation('retry', outOfTime, endsWithPages('ocr_done', 'ocr_done', 'deadline_exceeded'), 1),
    ],
    [
      'a retry of a document that is done but for some pages',
      operation('retry', () => without([2], ...oneFailed), READ),
    ],
    ['a retry of a page of a document that a worker died over', operation('retry', diedOver, READ, 2)],
    [
      'a retry of a page of a document that is to be stored',
      operation('retry', () => without([2], ...oneFailed.slice(0, -1)), READ, 2),
    ],
  ])('%s', async (_what, scenario) => {
    expect((await crashAtEveryEffect(world, scenario)).crashes).toBeGreaterThan(1);
  });

  test('an upload of a document, with an Idempotency-Key, that is repeated until it is answered', async () => {
    const image = uniqueDocument(2);
    const scenario: Scenario = {
      name: 'upload',
      process: 'api',
      given: async () => randomUUID(),
      act: (_world, api, idempotencyKey) => api.upload({ start: true, image, idempotencyKey }),
      async goesOn(_world, idempotencyKey) {
        const { status } = await world.api.upload({ start: true, image, idempotencyKey });
        if (status !== 201) throw new Error(`the repetition was answered ${status}`);
      },
      async ends({ sql }) {
        const { rows } = await sql.query('select id from tasks where parent_id is null');
        return rows.length === 1 ? READ(world, rows[0].id) : `there are ${rows.length} documents`;
      },
    };
    expect((await crashAtEveryEffect(world, scenario)).crashes).toBeGreaterThan(3);
  });
});
