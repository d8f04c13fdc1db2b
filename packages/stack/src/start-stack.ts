import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Environment, environment, type StackConfig } from '@ocrelay/config';
import { migrate } from '@ocrelay/db';
import { bothOrNone } from './both-or-none.ts';
import { lockDataDir } from './data-lock.ts';
import type { Print } from './output.ts';
import { freePort, untilPortIsFree } from './port-taken.ts';
import { keepPostgres } from './postgres/keep-postgres.ts';
import { loadState, type StackState, saveState } from './state.ts';
import { type Running, type StopHow, stopInOrder } from './stop-in-order.ts';
import type { Exit } from './supervision/child-process.ts';
import { describeExit, type Supervised, startSupervised } from './supervision/supervised.ts';

export type Program = 'api' | 'worker' | 'engine';

export interface StackOptions {
  /** The main files of the programs, compiled. */
  readonly entries: Readonly<Record<Program, URL>>;
  readonly print: Print;
  /** Whether what ends by itself is started again. */
  readonly restart: boolean;
  /** Something has ended, and stays down. */
  onDown(what: string): void;
  /** On top of this process's environment, for all programs. An empty value unsets. */
  readonly env?: Environment;
}

/** Everything that Ocrelay is, running. */
export interface Stack {
  readonly apiUrl: string;
  /** Api, worker, engine, Postgres, in this order, within 10 s. */
  stop(how?: StopHow): Promise<void>;
}

/** A first start on a slow disk still fits. In ms. */
const READY_MS = 60_000;
/** So long the API of a supervisor that was killed may go on with the uploads it has. In ms. */
const LEFTOVERS_MS = 10_000;
/**
 * Jobs that the bundled engine is given at a time: enough to keep all of its threads busy. What waits for it waits with us, where
 * an image goes before the pages of a document.
 */
const ENOUGH_FOR_THE_ENGINE = 2 * availableParallelism() + 2;
/** Threads of the API for the disk: to make an image durable occupies one until the disk has answered, and Node has four. */
const THREADS_OF_API = '16';
const UNSET = '';

/**
 * Starts what the configuration does not bring from elsewhere: Postgres unless there is a DATABASE_URL, the bundled OCR
 * engine unless there is an OCR_BASE_URL; then one API and one worker. Tables are migrated before those start.
 * @param stopping gives up the start: what has been started is stopped.
 * @throws DataDirInUse when another process works on the data folder; PortTaken when one listens on the API's port;
 *   StartError when a program does not start.
 */
export async function startStack(config: StackConfig, options: StackOptions, stopping: AbortSignal): Promise<Stack> {
  mkdirSync(config.dataDir, { recursive: true });
  const lock = lockDataDir(config.dataDir);
  const running: Running = {};
  const stop = async (how: StopHow = 'gently'): Promise<void> => {
    await stopInOrder(running, how);
    lock.release();
  };
  const failed = new AbortController();
  const abandon = (): void => failed.abort();
  stopping.addEventListener('abort', abandon, { once: true });
  try {
    if (stopping.aborted) abandon();
    await untilPortIsFree(config.host, config.port, lock.afterCrash ? LEFTOVERS_MS : 0);
    const state = loadState(config.dataDir);
    const start = (program: Program, env: Environment): Promise<Supervised> =>
      startProgram(
        program,
        { DATA_DIR: config.dataDir, LOG_FORMAT: config.log.format, ...env },
        options,
        failed.signal,
      );

    const database = async (): Promise<string> => {
      if (config.databaseUrl === null) running.postgres = await embeddedPostgres(config.dataDir, state, options);
      const url = config.databaseUrl ?? running.postgres?.url ?? UNSET;
      await migrate(url);
      return url;
    };
    const ocr = async (): Promise<Environment> => {
      if (config.ocrBaseUrl !== null) return { OCR_BASE_URL: config.ocrBaseUrl, OCR_TOKEN: config.ocrToken ?? UNSET };
      running.engine = await start('engine', await engineAddress(state));
      return {
        OCR_BASE_URL: `http://127.0.0.1:${running.engine.port}`,
        OCR_TOKEN: state.ocrToken,
        OCR_MAX_IN_FLIGHT: environment()['OCR_MAX_IN_FLIGHT'] ?? String(ENOUGH_FOR_THE_ENGINE),
      };
    };
    const [databaseUrl, ocrEnv] = await bothOrNone(database(), ocr(), abandon);
    rememberPorts(config.dataDir, state, running);

    const env = { DATABASE_URL: databaseUrl, REDIS_URL: config.redisUrl ?? UNSET, ...ocrEnv };
    const api = async (): Promise<void> => {
      running.api = await start('api', {
        ...env,
        HOST: config.host,
        PORT: String(config.port),
        UV_THREADPOOL_SIZE: environment()['UV_THREADPOOL_SIZE'] ?? THREADS_OF_API,
      });
    };
    const worker = async (): Promise<void> => {
      running.worker = await start('worker', env);
    };
    await bothOrNone(api(), worker(), abandon);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    stopping.removeEventListener('abort', abandon);
  }
  return { apiUrl: httpUrl(config.host, running.api?.port ?? config.port), stop };
}

function startProgram(
  program: Program,
  env: Environment,
  options: StackOptions,
  stopping: AbortSignal,
): Promise<Supervised> {
  return startSupervised(
    {
      name: program,
      entry: options.entries[program],
      env: { ...environment(), ...options.env, ...env },
      readyMs: READY_MS,
      restart: options.restart,
      onLine: (line) => options.print(program, line),
      onEnd: (exit: Exit, restartInMs: number | null) => {
        const what = `${program} has ended (${describeExit(exit)})`;
        if (restartInMs === null) options.onDown(what);
        else options.print('supervisor', `${what}; starting it again in ${restartInMs / 1000} s`);
      },
    },
    stopping,
  );
}

function embeddedPostgres(dataDir: string, state: StackState, options: StackOptions) {
  return keepPostgres(
    {
      dataDir,
      password: state.postgresPassword,
      preferredPort: state.postgresPort,
      log: (line) => options.print('postgres', line),
    },
    options.restart,
    (error) => {
      if (error === null && options.restart) options.print('supervisor', 'postgres has ended; starting it again');
      else options.onDown(error instanceof Error ? `postgres is down: ${error.message}` : 'postgres has ended');
    },
  );
}

/** Where it was the last time, if that is free: tasks in flight ask for their OCR job there. */
async function engineAddress(state: StackState): Promise<Environment> {
  const port = await freePort(state.enginePort);
  return { HOST: '127.0.0.1', PORT: String(port), OCR_TOKEN: state.ocrToken };
}

function rememberPorts(dataDir: string, state: StackState, { postgres, engine }: Running): void {
  saveState(dataDir, {
    ...state,
    ...(postgres === undefined ? {} : { postgresPort: postgres.port }),
    ...(engine === undefined || engine.port === null ? {} : { enginePort: engine.port }),
  });
}

/** For who is on this machine: one that listens on every address is reached on loopback. */
function httpUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
