import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { findLeftovers, findViolations } from '../support/in-process/invariants.ts';
import { recover } from '../support/in-process/recover.ts';
import { createWorld, DAY_MS, type World } from '../support/in-process/world.ts';
import { alwaysTaking } from './always-taking.ts';
import { anySequence, anyUpload, type Model } from './commands.ts';

/** Always the same sequences, unless one looks for others: `MODEL_SEED=7 MODEL_RUNS=500 npm test -- test/model`. */
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_126);
/** So many take a quarter of a minute on two cores that have nothing else to do. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 50);
const MOST_COMMANDS = 80;
/** A ceiling for what hangs: a sequence takes a second or two, and making one that fails short takes some hundred. */
const LIMIT_MS = 600_000 + RUNS * 10_000;

let world: World;
beforeAll(async () => {
  // The clock goes on by days here, within one upload even; and nothing is to be too old.
  world = await createWorld({ UPLOAD_TIMEOUT_MS: String(20 * DAY_MS), RETENTION_DAYS: '' }, alwaysTaking);
});
afterAll(() => world.close());

test(
  'whatever happens in whatever order, tasks do what is specified, and all of them end',
  async () => {
    await fc.assert(
      fc.asyncProperty(anyUpload(), anySequence(MOST_COMMANDS), async (first, commands) => {
        await world.reset();
        const limits = { ...world.limits, deadlineMs: DAY_MS, ocrTimeoutMs: 3_600_000 };
        const model: Model = { limits, tasks: new Map(), nowMs: 0, story: [] };
        try {
          await first.run(model, world); // without a task nothing can happen
          await fc.asyncModelRun(() => ({ model, real: world }), commands);
          await recover(world);
          const wrong = [...(await findViolations(world)), ...(await findLeftovers(world))];
          if (wrong.length > 0) throw new Error(wrong.join('\n'));
        } catch (error) {
          throw new Error(`${String(error)}\nafter\n${model.story.join('\n')}`, { cause: error });
        }
      }),
      // Biased, most sequences would be too short for a task to come far.
      { seed: SEED, numRuns: RUNS, unbiased: true },
    );
  },
  LIMIT_MS,
);
