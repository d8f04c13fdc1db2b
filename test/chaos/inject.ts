/** Does what the schedule says, and undoes it. */
import { setMaxListeners } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropQueueSchema } from '../support/drop-queue-schema.ts';
import { type Fault, type PartName, PROGRAMS } from './fault.ts';
import type { OcrOrder } from './ocr/main.ts';
import type { Weather } from './ocr/weather.ts';
import type { Program } from './parts/program.ts';
import { type Entry, takenBy } from './schedule.ts';
import { NO_ROOM } from './settings.ts';
import type { System } from './system.ts';

/**
 * Plays the schedule to its end, or until `signal` aborts. On a busy machine a part may be back later than it was to be: what
 * comes next for it waits until then.
 * @throws Error when a fault could not be done or undone: the harness' own. Everything is undone then, as far as it can be.
 */
export async function playSchedule(
  system: System,
  entries: readonly Entry[],
  signal: AbortSignal,
  tell: (entry: Entry) => void,
): Promise<void> {
  const inject = injectorOf(system);
  const startedAtMs = performance.now();
  const ending = new AbortController();
  const { signal: over } = ending;
  setMaxListeners(0, over);
  signal.addEventListener('abort', () => ending.abort(), { once: true });
  if (signal.aborted) ending.abort();
  const until = (atMs: number) =>
    sleep(Math.max(0, startedAtMs + atMs - performance.now()), undefined, { signal: over }).catch(() => {});
  const lastOf = new Map<string, Promise<void>>();

  const play = async (entry: Entry, before: ReadonlyArray<Promise<void>>) => {
    await until(entry.atMs);
    await Promise.all(before);
    if (over.aborted) return;
    tell(entry);
    const undo = await inject(entry.fault);
    await until(entry.atMs + entry.forMs);
    await undo();
  };
  const played = entries.map((entry) => {
    const taken = takenBy(entry.fault);
    const done = play(
      entry,
      taken.flatMap((part) => lastOf.get(part) ?? []),
    ).catch((error: unknown) => {
      ending.abort();
      throw error;
    });
    for (const part of taken) lastOf.set(part, done);
    return done;
  });
  for (const outcome of await Promise.allSettled(played)) if (outcome.status === 'rejected') throw outcome.reason;
}

type Undo = () => Promise<void>;
const nothing: Undo = async () => {};

function injectorOf(system: System): (fault: Fault) => Promise<Undo> {
  const { programs, ocr, postgres, redis, proxies } = system;
  let weather: readonly Weather[] = [];
  const order = (what: OcrOrder) => ocr.tell(what);
  const changeWeather = (to: readonly Weather[]) => {
    weather = to;
    order({ weather });
  };

  const takeDown = async (part: PartName, signal: 'SIGKILL' | 'SIGTERM'): Promise<Undo> => {
    if (part === 'postgres') {
      await (signal === 'SIGKILL' ? postgres.kill() : postgres.stop());
      return () => postgres.start();
    }
    if (part === 'redis') {
      await redis?.kill();
      return async () => redis?.revive();
    }
    if (part === 'ocr') {
      // Nobody listens there then, as when the service itself is down.
      const ways = proxies.of(PROGRAMS, 'ocr');
      await Promise.all([...ways.map((way) => way.cut()), ocr.end(signal)]);
      return async () => {
        ocr.start();
        await ocr.ready(30_000);
        order({ weather });
        await Promise.all(ways.map((way) => way.mend()));
      };
    }
    const program = programs[part];
    await program.end(signal);
    return () => bringUp(program);
  };

  const freeze = (part: PartName): Undo => {
    if (part === 'redis') redis?.process.kill('SIGSTOP');
    else frozenPart(part).freeze();
    return async () => {
      if (part === 'redis') redis?.process.kill('SIGCONT');
      else frozenPart(part).thaw();
    };
  };
  const frozenPart = (part: Exclude<PartName, 'redis'>) => {
    if (part === 'postgres') return postgres;
    return part === 'ocr' ? ocr : programs[part];
  };

  return async (fault) => {
    switch (fault.kind) {
      case 'kill':
      case 'stop': {
        const signal = fault.kind === 'kill' ? 'SIGKILL' : 'SIGTERM';
        return all(await Promise.all(fault.parts.map((part) => takeDown(part, signal))));
      }
      case 'freeze':
        return all(fault.parts.map(freeze));
      case 'cut': {
        const ways = proxies.of(fault.programs, fault.from);
        await Promise.all(ways.map((way) => way.cut()));
        return all(ways.map((way) => () => way.mend()));
      }
      case 'block': {
        const ways = proxies.of(fault.programs, fault.from);
        for (const way of ways) way.block();
        return all(ways.map((way) => () => way.mend()));
      }
      case 'lose_queue':
        await loseQueue(system);
        return nothing;
      case 'forget_jobs':
        order({ forget: true });
        return nothing;
      case 'no_room': {
        await programs.api.end('SIGTERM');
        await bringUp(programs.api, NO_ROOM);
        return async () => {
          await programs.api.end('SIGTERM');
          await bringUp(programs.api);
        };
      }
      case 'store_away':
        return takeStoreAway(system);
      case 'weather':
        changeWeather([...weather, fault.weather]);
        return async () => changeWeather(weather.filter((one) => one !== fault.weather));
    }
  };
}

/** What a start may take before what comes next is let loose on it: while Postgres is away too, it is not up before that is back. */
const START_MS = 15_000;

/** So that a program is no longer starting when the image store goes away: it would make another in its place. */
async function bringUp(program: Program, env: Readonly<Record<string, string>> = {}): Promise<void> {
  program.start(env);
  await program.ready(START_MS).catch(() => {});
}

function all(undos: readonly Undo[]): Undo {
  return async () => void (await Promise.all(undos.map((undo) => undo())));
}

async function loseQueue({ redis, sql }: System): Promise<void> {
  await (redis === null ? dropQueueSchema(sql) : redis.flush());
}

/** As a disk that is not mounted. What somebody makes in its place meanwhile is hidden again, and empty. */
async function takeStoreAway({ storeFolder }: System): Promise<Undo> {
  const away = `${storeFolder}-away`;
  await rename(storeFolder, away);
  return async () => {
    const hidden = `${storeFolder}-hidden`;
    await rename(storeFolder, hidden).catch(() => mkdir(hidden, { recursive: true }));
    await rename(away, storeFolder);
    await rm(hidden, { recursive: true, force: true });
  };
}
