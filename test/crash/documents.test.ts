import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Stage } from '@ocrelay/contracts';
import { createWorld, DAY_MS, type World } from '../support/in-process/world.ts';
import type { Misbehaviour } from '../support/ocr-server/index.ts';
import { crashAtEveryEffect } from './crash-at-every-effect.ts';
import {
  ALL_READ,
  document,
  endsWithPages,
  illegible,
  LAST_TO_STORE,
  ONE_READ,
  RENDERED,
  SPLIT,
  work,
} from './document-steps.ts';
import type { Scenario } from './scenario.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const READ = endsWithPages('ocr_done', 'ocr_done', 'ocr_done');

/** A try of a stage, of a document that has come so far; `goesWrong` says what will not go well from then on. */
function tryOf(
  stage: Stage,
  done: readonly Stage[],
  ends: Scenario['ends'],
  goesWrong: (taskId: string) => void | Promise<void> = () => {},
): Scenario {
  return {
    name: stage,
    process: 'worker',
    async given() {
      const taskId = await document(world, ...done);
      await goesWrong(taskId);
      return taskId;
    },
    act: (_world, worker) => worker.work(stage),
    ends,
  };
}

const answers = (does: Misbehaviour) => () => world.ocr.script({ faults: [{ call: 'submit', does }] });

describe('a worker that dies at any effect of', () => {
  test.each<[string, Scenario]>([
    ['splitting a document', tryOf('split', [], READ)],
    ['rendering a page', tryOf('split', SPLIT, READ)],
    [
      'rendering a page that cannot be rendered',
      tryOf('split', SPLIT, endsWithPages('ocr_done', 'image_corrupt', 'ocr_done'), () => illegible(world, 1)),
    ],
    [
      'rendering a page that is too large',
      tryOf('split', SPLIT, endsWithPages('ocr_done', 'image_too_many_pixels', 'ocr_done'), () =>
        world.pictures.script((page) => (page === 1 ? 'too_large' : null)),
      ),
    ],
    [
      'rendering a page whose thread dies each time',
      tryOf('split', [...SPLIT], endsWithPages('ocr_done', 'internal_error', 'ocr_done'), async () => {
        world.pictures.script((page) => (page === 1 ? 'broken' : null));
      }),
    ],
    [
      'rendering a page whose picture the store does not take',
      tryOf('split', SPLIT, READ, () => world.refuseImages(1)),
    ],
    [
      'rendering a page of a document that is not in the store',
      tryOf('split', SPLIT, endsWithPages('image_missing', 'image_missing', 'image_missing'), (taskId) =>
        world.removeImageOf(taskId),
      ),
    ],
    ['submitting a page', tryOf('submit', RENDERED, READ)],
    ['storing a page that is not the last', tryOf('store', [...RENDERED, 'submit', 'poll'], READ)],
    ['storing the last page', tryOf('store', LAST_TO_STORE, READ)],
    [
      'failing the last page',
      tryOf(
        'submit',
        ONE_READ,
        endsWithPages('ocr_done', 'ocr_done', 'ocr_rejected'),
        answers({ kind: 'status', status: 400 }),
      ),
    ],
    [
      'failing the last page, at its last try',
      tryOf('submit', ONE_READ, endsWithPages('ocr_done', 'ocr_done', 'ocr_unavailable'), async () => {
        answers({ kind: 'status', status: 500 })();
        await work(world, 'submit');
        await world.pass(3_000);
      }),
    ],
    ['gathering pages that were read', tryOf('store', ALL_READ, READ)],
    [
      'gathering pages none of which was read',
      {
        ...tryOf('store', [], endsWithPages('image_corrupt', 'image_corrupt', 'image_corrupt')),
        async given() {
          illegible(world, 1, 2);
          return document(world, ...RENDERED);
        },
      } as Scenario,
    ],
  ])('%s', async (_what, scenario) => {
    expect((await crashAtEveryEffect(world, scenario)).crashes).toBeGreaterThan(1);
  });
});

describe('a worker that dies at any effect of its reconciler', () => {
  const doesRounds: Pick<Scenario & { process: 'worker' }, 'process' | 'act'> = {
    process: 'worker',
    async act(_world, worker) {
      await worker.rescue();
      await worker.reconcile();
    },
  };
  /** A worker claims what waits for the stage, and dies. */
  const diesIn = async (stage: Stage) => {
    const dead = await world.startWorker({ effect: /^statement update tasks/, moment: 'after' });
    dead.work(stage).catch(() => {});
    await dead.mortal.died;
    await world.bury(dead);
  };

  test.each<[string, Scenario]>([
    [
      'while the deadline of a document has passed',
      {
        ...doesRounds,
        name: 'deadline',
        async given() {
          world.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
          const taskId = await document(world, ...SPLIT, 'split', 'submit');
          await world.pass(DAY_MS);
          return taskId;
        },
        ends: endsWithPages('deadline_exceeded', 'deadline_exceeded', 'deadline_exceeded'),
      },
    ],
    [
      'while the deadline of a document has passed that one page of was read',
      {
        ...doesRounds,
        name: 'deadline of the rest',
        async given() {
          const taskId = await document(world, ...ONE_READ);
          await world.pass(DAY_MS);
          return taskId;
        },
        async goesOn() {
          const living = await world.livingWorker();
          await living.reconcile();
          await living.work('store');
        },
        ends: endsWithPages('ocr_done', 'ocr_done', 'deadline_exceeded'),
      },
    ],
    [
      'while a document and a page of another are to be taken over',
      {
        ...doesRounds,
        name: 'rescue',
        async given() {
          const taskId = await document(world, ...SPLIT);
          await diesIn('split');
          await document(world);
          await diesIn('split');
          return taskId;
        },
        ends: READ,
      },
    ],
    [
      'while a document that was to be stored is to be taken over',
      {
        ...doesRounds,
        name: 'rescue of a document',
        async given() {
          const taskId = await document(world, ...ALL_READ);
          await diesIn('store');
          return taskId;
        },
        ends: READ,
      },
    ],
    [
      'while the queues have lost the jobs of pages, and documents wait for those',
      {
        ...doesRounds,
        name: 'lost queues',
        async given() {
          const taskId = await document(world, ...SPLIT, 'split');
          await world.loseQueues();
          return taskId;
        },
        ends: READ,
      },
    ],
  ])('%s', async (_when, scenario) => {
    expect((await crashAtEveryEffect(world, scenario)).crashes).toBeGreaterThan(3);
  });
});
