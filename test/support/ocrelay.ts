import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TaskEventView, TaskView } from '@ocrelay/contracts';
import pg from 'pg';
import { createTestDatabase } from './database.ts';
import { dropQueueSchema } from './drop-queue-schema.ts';
import { uniqueImage } from './images.ts';
import { type FakeOcr, startFakeOcr } from './ocr-server/index.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import { PATIENCE_MS, waitFor } from './wait-for.ts';

export type Backend = 'redis' | 'postgres';

/** The backends that can be tested on this machine. */
export const BACKENDS: readonly Backend[] =
  (process.env['TEST_REDIS_URL'] ?? '') === '' ? ['postgres'] : ['redis', 'postgres'];

/** Ocrelay as it runs for users: an API process, worker processes, real Postgres, a real queue, and a faulty OCR service. */
export interface TestOcrelay {
  readonly backend: Backend;
  readonly apiUrl: string;
  readonly databaseUrl: string;
  /** Another one after each reset. */
  readonly ocr: FakeOcr;
  /** Only on the Redis backend. */
  readonly redis: TestRedis | null;
  readonly sql: pg.Pool;
  startWorker(env?: Record<string, string>): Promise<ChildProcess>;
  /** Uploads an image of its own and gives the task's id. */
  upload(options?: { start?: boolean; image?: Buffer }): Promise<string>;
  request(path: string, init?: RequestInit): Promise<Response>;
  task(id: string): Promise<TaskView>;
  events(id: string): Promise<TaskEventView[]>;
  /** All data of the queue is gone, while the backend goes on. */
  loseQueue(): Promise<void>;
  /** Waits until the task is in one of these statuses. */
  reaches(id: string, ...statuses: TaskView['status'][]): Promise<TaskView>;
  /** Everything that the processes logged so far, or since the last reset. */
  logs(): string;
  /**
   * As at the beginning, for the next test: no worker, no task, no known endpoint; an OCR service that was never asked, a Redis
   * that runs. But for the API, which goes on, and remembers for a while whether the service takes cancels; and for the queue,
   * where jobs may be left of tasks that are no more.
   */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Quick reactions, so that tests that wait for several of them end soon. */
const QUICK = {
  LOG_LEVEL: 'info',
  LOG_FORMAT: 'json',
  RECONCILE_INTERVAL_MS: '500',
  SUBMIT_BACKOFF_MS: '20',
  POLL_BACKOFF_MS: '20',
  STORE_BACKOFF_MS: '20',
  OCR_POLL_MS: '2000',
};

export async function startOcrelay(backend: Backend, env: Record<string, string> = {}): Promise<TestOcrelay> {
  const folder = await mkdtemp(join(tmpdir(), 'ocrelay-test-'));
  const [database, firstOcr, redis] = await Promise.all([
    createTestDatabase(),
    startFakeOcr(),
    backend === 'redis' ? startTestRedis() : null,
  ]);
  let ocr = firstOcr;
  const workers: ChildProcess[] = [];
  let logged = '';
  const programs = {
    ...process.env,
    ...QUICK,
    DATABASE_URL: database.url,
    OCR_BASE_URL: firstOcr.url,
    STORAGE_URL: pathToFileURL(join(folder, 'images')).href,
    DATA_DIR: folder,
    HOST: '127.0.0.1',
    PORT: '0',
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
    ...env,
  };
  const launch = async (app: string, type: string, own: Record<string, string> = {}) => {
    const entry = join(process.env['TEST_DIST'] ?? 'dist', 'apps', app, 'src', 'main.js');
    const child = fork(entry, {
      env: { ...programs, ...own },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--enable-source-maps'],
    });
    if (app === 'worker') workers.push(child);
    const isForgotten = () => app === 'worker' && !workers.includes(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        if (!isForgotten()) logged += data.toString();
      });
    }
    const message = await new Promise<{ port?: number }>((resolve, reject) => {
      child.on('message', (m: { type?: string; port?: number }) => {
        if (m.type === type) resolve(m);
      });
      child.once('exit', (code, signal) =>
        reject(new Error(`${app} ended (${code ?? signal}) before it was ready:\n${logged}`)),
      );
    });
    return { child, port: message.port ?? 0 };
  };
  const api = await launch('api', 'listening');
  const apiUrl = `http://127.0.0.1:${api.port}`;
  const sql = new pg.Pool({ connectionString: database.url, max: 3 });
  sql.on('error', () => {});
  const request = (path: string, init?: RequestInit) => fetch(`${apiUrl}${path}`, init);
  const data = async <T>(path: string) => ((await (await request(path)).json()) as { data: T }).data;

  const ocrelay: TestOcrelay = {
    backend,
    apiUrl,
    databaseUrl: database.url,
    get ocr() {
      return ocr;
    },
    redis,
    sql,
    request,
    startWorker: async (own) => (await launch('worker', 'ready', own)).child,
    async upload({ start = true, image = uniqueImage() } = {}) {
      const form = new FormData();
      form.set('file', new Blob([image], { type: 'image/png' }), 'scan.png');
      const response = await request(`/api/v1/upload/image${start ? '?start=true' : ''}`, {
        method: 'POST',
        body: form,
      });
      const body = (await response.json()) as { data: { task_id: string } };
      if (response.status !== 201) throw new Error(`upload: ${response.status} ${JSON.stringify(body)}`);
      return body.data.task_id;
    },
    task: (id) => data<TaskView>(`/api/v1/tasks/${id}`),
    events: async (id) => (await data<{ events: TaskEventView[] }>(`/api/v1/tasks/${id}/events`)).events,
    loseQueue: () => (redis === null ? dropQueueSchema(sql) : redis.flush()),
    async reaches(id, ...statuses) {
      let last: TaskView | null = null;
      return waitFor(
        `task ${id} to be ${statuses.join(' or ')}`,
        async () => {
          last = await ocrelay.task(id);
          return statuses.includes(last.status) && last;
        },
        { describe: () => ({ last, log: logged.split('\n').slice(-30) }) },
      );
    },
    logs: () => logged,
    async reset() {
      await Promise.all([...workers.splice(0).map(stopChild), ocr.close()]);
      ocr = await startFakeOcr({ port: ocr.port });
      if (redis !== null && !isRunning(redis.process)) await redis.revive();
      // A worker that is gone may have left Postgres a statement to finish.
      await sql.query(
        `select pg_terminate_backend(pid, ${PATIENCE_MS}) from pg_stat_activity
         where datname = current_database() and application_name in ('ocrelay worker', 'ocrelay heartbeat')`,
      );
      for (const table of ['tasks', 'workers', 'ocr_endpoints']) await sql.query(`delete from ${table}`);
      logged = '';
    },
    async stop() {
      await Promise.all([api.child, ...workers].map(stopChild));
      await sql.end();
      await ocr.close();
      await redis?.kill();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return ocrelay;
}

/** Ends a process, however frozen, and waits until it is gone. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
