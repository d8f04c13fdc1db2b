import { findLeftovers, findViolations } from '../support/in-process/invariants.ts';
import type { CrashPoint } from '../support/in-process/mortal.ts';
import { recover } from '../support/in-process/recover.ts';
import type { World } from '../support/in-process/world.ts';
import type { Scenario } from './scenario.ts';

/** How many effects were crashed at. */
export interface CrashReport {
  readonly crashes: number;
  /** What the process does when it does not crash. */
  readonly effects: readonly string[];
}

/** More effects than any scenario has: one that never ends without a crash would go on for ever. */
const MOST_EFFECTS = 200;

/**
 * Plays a scenario again and again, each time with a crash one effect further on, until it ends without one. After each
 * crash the others recover, and everything that was promised must hold.
 *
 * An effect that is done and whose answer is lost, and the next one that is not done, are the same crash to the world; both are
 * played only where they are not: when more than one effect was under way, and at the last.
 * @throws Error that names the effect and says what does not hold.
 */
export async function crashAtEveryEffect(world: World, scenario: Scenario): Promise<CrashReport> {
  let crashes = 0;
  for (let effect = 1; effect <= MOST_EFFECTS; effect += 1) {
    const before = await play(world, scenario, { effect, moment: 'before' });
    if (before.hasCrashed) crashes += 1;
    if (effect > 1 && (before.diedAmidst || !before.hasCrashed)) {
      await play(world, scenario, { effect: effect - 1, moment: 'after' });
      crashes += 1;
    }
    if (!before.hasCrashed) return { crashes, effects: before.effects };
  }
  throw new Error(`${scenario.name} has no end`);
}

interface Run {
  readonly hasCrashed: boolean;
  /** Other effects were under way then. */
  readonly diedAmidst: boolean;
  readonly effects: readonly string[];
}

async function play(world: World, scenario: Scenario, crash: CrashPoint): Promise<Run> {
  await world.reset();
  const given = await scenario.given(world);
  const process = await (scenario.process === 'worker' ? world.startWorker(crash) : world.startApi(crash));
  const { mortal } = process;
  const acted = scenario.act(world, process as never, given);
  acted.catch(() => {}); // the dead are told so at the end, when nobody listens
  await Promise.race([acted, mortal.died]);
  const hasCrashed = mortal.isDead;
  try {
    await world.bury(process);
    await holds(findViolations(world));
    await scenario.goesOn?.(world, given);
    await recover(world);
    await holds(findViolations(world), findLeftovers(world));
    const unexpected = await scenario.ends(world, given);
    if (unexpected !== null) throw new Error(unexpected);
  } catch (error) {
    const where = hasCrashed
      ? `the crash ${crash.moment} effect ${crash.effect} (${mortal.effects.at(-1)})`
      : 'the run without a crash';
    throw new Error(`${scenario.name}, after ${where}: ${String(error)}\n${await describeTasks(world)}`, {
      cause: error,
    });
  }
  return { hasCrashed, diedAmidst: mortal.diedAmidst, effects: mortal.effects };
}

async function holds(...looks: ReadonlyArray<Promise<string[]>>): Promise<void> {
  const wrong = (await Promise.all(looks)).flat();
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

async function describeTasks({ sql }: World): Promise<string> {
  const { rows } = await sql.query('select task_id, version from task_history order by at');
  return rows
    .map(({ task_id, version: now }) =>
      now === null
        ? `${task_id} deleted`
        : `${task_id} ${now.status} ${now.stage} ${now.generation}.${now.dispatch} claimed by ${now.claimed_by} due ${now.due_at}` +
          ` attempt ${now.attempt} waits ${now.waits} submissions ${now.submissions} ${now.error_code ?? ''}`,
    )
    .join('\n');
}
