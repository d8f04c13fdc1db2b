import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkerProcess } from '../support/in-process/worker-process.ts';
import { createWorld, type World } from '../support/in-process/world.ts';
import type { Misbehaviour } from '../support/ocr-server/index.ts';
import type { JobPlan } from '../support/ocr-server/job-plan.ts';
import { crashAtEveryEffect } from './crash-at-every-effect.ts';
import { endsAs, type Scenario } from './scenario.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const CALLS = { submit: 'submit', poll: 'poll', store: 'result' } as const;
const status = (code: number): Misbehaviour => ({ kind: 'status', status: code });
const NO_JSON: Misbehaviour = { kind: 'body', body: 'moment please' };

/** Brings a task to where it waits for the stage. */
async function waitingFor(stage: keyof typeof CALLS, job: Partial<JobPlan> = {}): Promise<string> {
  world.ocr.script({ job });
  const taskId = await world.upload({ start: true });
  const worker = await world.livingWorker();
  if (stage !== 'submit') await worker.work('submit');
  if (stage === 'store') await worker.work('poll');
  return taskId;
}

/** A try of a stage, in which the service misbehaves; with `times`, it is well again after so many calls. */
function tryOf(
  stage: keyof typeof CALLS,
  ends: Scenario['ends'],
  fault: { does: Misbehaviour; times?: number } | null,
): Scenario {
  return {
    name: stage,
    process: 'worker',
    async given() {
      const taskId = await waitingFor(stage);
      if (fault !== null) world.ocr.script({ faults: [{ call: CALLS[stage], ...fault }] });
      return taskId;
    },
    act: (_world, worker) => worker.work(stage),
    ends,
  };
}

/** The second try, or the second look, of a stage that began with a fault. */
function secondTryOf(
  stage: keyof typeof CALLS,
  ends: Scenario['ends'],
  fault: { does: Misbehaviour; times?: number },
): Scenario {
  const first = tryOf(stage, ends, fault);
  return {
    ...first,
    async given() {
      const taskId = await first.given(world);
      const worker = await world.livingWorker();
      await worker.work(stage);
      await world.pass(3_000);
      return taskId;
    },
  } as Scenario;
}

describe.each(['submit', 'poll', 'store'] as const)('a worker that dies at any effect of %s', (stage) => {
  const once = (does: Misbehaviour) => ({ does, times: 1 });

  test.each<[string, Scenario]>([
    ['that goes well', tryOf(stage, endsAs('ocr_done'), null)],
    ['that is to be tried again', tryOf(stage, endsAs('ocr_done'), once(status(500)))],
    ['that is answered nonsense', tryOf(stage, endsAs('ocr_done'), once(NO_JSON))],
    ['whose answer is lost', tryOf(stage, endsAs('ocr_done'), once({ kind: 'reset_after' }))],
    ['that must wait', tryOf(stage, endsAs('ocr_done'), once(status(503)))],
    ['whose last try fails', secondTryOf(stage, endsAs('ocr_unavailable'), { does: status(500) })],
  ])('%s', async (_how, scenario) => {
    const { crashes } = await crashAtEveryEffect(world, scenario);
    expect(crashes).toBeGreaterThan(0);
  });
});

describe('a worker that dies at any effect', () => {
  const lost = { does: status(404) };
  test.each<[string, Scenario]>([
    ['of a submit that is refused', tryOf('submit', endsAs('ocr_rejected'), { does: status(400) })],
    ['of a poll that finds no job', tryOf('poll', endsAs('ocr_done'), { ...lost, times: 1 })],
    ['of a poll that finds no job again', secondTryOf('poll', endsAs('ocr_done'), { ...lost, times: 2 })],
    ['of a poll of a job that is lost for ever', secondTryOf('poll', endsAs('ocr_job_lost'), lost)],
    ['of a store that finds no job again', secondTryOf('store', endsAs('ocr_done'), { ...lost, times: 2 })],
    [
      'of a submit whose image is not in the store',
      {
        ...tryOf('submit', endsAs('image_missing'), null),
        async given() {
          const taskId = await waitingFor('submit');
          await world.removeImageOf(taskId);
          return taskId;
        },
      } as Scenario,
    ],
    [
      'of a poll that tells of a failure',
      {
        ...tryOf('poll', endsAs('ocr_job_failed'), null),
        given: () => waitingFor('poll', { ends: 'failed' }),
      } as Scenario,
    ],
    [
      'of a poll that brings news before the end',
      {
        ...tryOf('poll', endsAs('ocr_done'), null),
        given: () => waitingFor('poll', { durationMs: Number.POSITIVE_INFINITY }),
        async act(_world: World, worker: WorkerProcess) {
          const working = worker.work('poll');
          const { polls } = world.ocr.stats;
          await world.ocr.waitFor((stats) => stats.openPolls === 1 || stats.polls > polls + 5);
          for (const job of world.ocr.stats.jobs.values()) world.ocr.end(job);
          await working;
        },
        async goesOn() {
          for (const job of world.ocr.stats.jobs.values()) world.ocr.end(job);
        },
      } as Scenario,
    ],
  ])('%s', async (_how, scenario) => {
    const { crashes } = await crashAtEveryEffect(world, scenario);
    expect(crashes).toBeGreaterThan(0);
  });
});
