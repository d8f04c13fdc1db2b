/** Ocrelay as it runs for users, and everything it stands on, each part of which can be broken. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrate } from '@ocrelay/db';
import { freePort, temporaryDataDir } from '@ocrelay/stack';
import pg from 'pg';
import type { Backend } from '../support/ocrelay.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { PROGRAMS, type ProgramName, WORKERS } from './fault.ts';
import type { ChaosOptions } from './options.ts';
import { type BreakablePostgres, startBreakablePostgres } from './parts/postgres.ts';
import { createProgram, type Program } from './parts/program.ts';
import { openProxies, type Proxies } from './parts/proxies.ts';
import { CAPPED, SETTINGS } from './settings.ts';

export interface System {
  readonly backend: Backend;
  readonly apiUrl: string;
  /** Where all that must not outlive the run is. */
  readonly folder: string;
  readonly storeFolder: string;
  readonly journal: string;
  readonly programs: Readonly<Record<ProgramName, Program>>;
  readonly ocr: Program;
  readonly postgres: BreakablePostgres;
  /** Null on the Postgres backend. */
  readonly redis: TestRedis | null;
  readonly proxies: Proxies;
  /** The harness' own way to the rows, by no proxy. */
  readonly sql: pg.Pool;
  /** Ends and removes everything, whatever state it is in. */
  stop(): Promise<void>;
}

const DIST = process.env['CHAOS_DIST'] ?? 'dist';
const READY_MS = 60_000;

/** @throws Error when Redis is asked for and there is no redis-server. Nothing is left then. */
export async function startSystem({ backend, seed, logs }: ChaosOptions): Promise<System> {
  if (backend === 'redis' && !(await hasRedis())) {
    throw new Error('there is no redis-server on the PATH; --backend postgres needs none');
  }
  const undo: Array<() => Promise<unknown>> = [];
  const stop = async () => {
    for (const step of undo.reverse()) await step().catch((error: unknown) => console.error(String(error)));
    undo.length = 0;
  };
  try {
    const folder = await temporaryDataDir('ocrelay-chaos-');
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const writeLog = await logWriter(logs);
    const postgres = await startBreakablePostgres(folder, writeLog('postgres'));
    undo.push(() => postgres.stop());
    await migrate(postgres.url);
    const redis = backend === 'redis' ? await startTestRedis() : null;
    undo.push(async () => {
      redis?.process.kill('SIGCONT');
      await redis?.kill();
    });
    const sql = new pg.Pool({ connectionString: postgres.url, max: 4, application_name: 'chaos' });
    sql.on('error', () => {});
    undo.push(() => sql.end());

    const journal = join(folder, 'ocr-journal');
    const ocrPort = await freePort();
    const entry = (path: string) => join(DIST, path);
    const ocr = createProgram(
      'ocr',
      entry('test/chaos/ocr/main.js'),
      { PORT: String(ocrPort), JOURNAL: journal },
      writeLog('ocr'),
    );
    undo.push(() => endFrozen(ocr));
    ocr.start();
    await ocr.ready(READY_MS);

    const proxies = await openProxies(PROGRAMS, {
      postgres: postgres.url,
      redis: redis?.url ?? null,
      ocr: `http://127.0.0.1:${ocrPort}`,
    });
    undo.push(() => proxies.close());
    const apiPort = await freePort();
    const storeFolder = join(folder, 'store');
    const create = (name: ProgramName): Program => {
      const isApi = name === 'api';
      const program = createProgram(
        name,
        entry(`apps/${isApi ? 'api' : 'worker'}/src/main.js`),
        {
          ...SETTINGS,
          ...(seed % 2 === 0 ? CAPPED : {}),
          DATABASE_URL: proxies.url(name, 'postgres'),
          REDIS_URL: redis === null ? '' : proxies.url(name, 'redis'),
          OCR_BASE_URL: proxies.endpoints.join(),
          STORAGE_URL: pathToFileURL(storeFolder).href,
          DATA_DIR: folder,
          HOST: '127.0.0.1',
          PORT: String(apiPort),
        },
        writeLog(name),
      );
      undo.push(() => endFrozen(program));
      program.start();
      return program;
    };
    const programs = Object.fromEntries(PROGRAMS.map((name) => [name, create(name)])) as Record<ProgramName, Program>;
    await Promise.all(Object.values(programs).map((program) => program.ready(READY_MS)));
    const apiUrl = `http://127.0.0.1:${apiPort}`;
    return { backend, apiUrl, folder, storeFolder, journal, programs, ocr, postgres, redis, proxies, sql, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Workers that are meant to be up. */
export function workersOf(system: System): Program[] {
  return WORKERS.map((name) => system.programs[name]);
}

async function endFrozen(program: Program): Promise<void> {
  program.thaw();
  await program.end('SIGKILL');
}

async function hasRedis(): Promise<boolean> {
  const child = spawn('redis-server', ['--version'], { stdio: 'ignore' });
  return Promise.race([once(child, 'exit').then(([code]) => code === 0), once(child, 'error').then(() => false)]);
}

/** A file a program, where people asked for them. */
async function logWriter(folder: string | null): Promise<(name: string) => (line: string) => void> {
  if (folder === null) return () => () => {};
  await mkdir(folder, { recursive: true });
  return (name) => {
    const file = createWriteStream(join(folder, `${name.replace(' ', '-')}.log`));
    return (line) => void file.write(`${line}\n`);
  };
}
