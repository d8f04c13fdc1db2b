/** Does what the schedule says, and undoes it. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, type PartName, PROGRAMS } from './fault.ts';
import type { OcrOrder } from './ocr/main.ts';
import type { Weather } from './ocr/weather.ts';
import type { Entry } from './schedule.ts';
import { NO_ROOM } from './settings.ts';
import type { System } from './system.ts';

/** Plays the schedule to its end, or until `signal` aborts. @throws Error when a fault could not be done or undone: the harness' own. */
export async function playSchedule(
  system: System,
  entries: readonly Entry[],
  signal: AbortSignal,
  tell: (entry: Entry) => void,
): Promise<void> {
  const inject = injectorOf(system);
  const startedAtMs = performance.now();
  const until = (atMs: number) =>
    sleep(Math.max(0, startedAtMs + atMs - performance.now()), undefined, { signal }).catch(() => {});
  await Promise.all(
    entries.map(async (entry) => {
      await until(entry.atMs);
      if (signal.aborted) return;
      tell(entry);
      const undo = await inject(entry.fault);
      await until(entry.atMs + entry.forMs);
      await undo();
    }),
  );
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
      const [way] = proxies.of(PROGRAMS, 'ocr');
      await Promise.all([way?.cut(), ocr.end(signal)]);
      return async () => {
        ocr.start();
        await ocr.ready(30_000);
        order({ weather });
        await way?.mend();
      };
    }
    const program = programs[part];
    await program.end(signal);
    return async () => program.start();
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
        programs.api.start(NO_ROOM);
        return async () => {
          await programs.api.end('SIGTERM');
          programs.api.start();
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

function all(undos: readonly Undo[]): Undo {
  return async () => void (await Promise.all(undos.map((undo) => undo())));
}

async function loseQueue({ redis, sql }: System): Promise<void> {
  if (redis !== null) return redis.flush();
  // It has to wait for locks that the programs hold, and they for it: once in a while it is the one that is refused.
  for (let tries = 1; ; tries += 1) {
    try {
      await sql.query('drop schema if exists bullmq cascade');
      return;
    } catch (error) {
      if (tries >= 20) throw error;
      await sleep(100);
    }
  }
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
