/** Each thing that can be wrong is brought about once in a real installation, found, mended where that is promised, and gone. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TaskView } from '@ocrelay/contracts';
import { temporaryDataDir } from '@ocrelay/stack';
import { Redis } from 'ioredis';
import { createEmptyDatabase, createTestDatabase } from '../../../test/support/database.ts';
import { createWorld, type World } from '../../../test/support/in-process/world.ts';
import { BACKENDS, startOcrelay, stopChild, type TestOcrelay } from '../../../test/support/ocrelay.ts';
import { startTestRedis, type TestRedis } from '../../../test/support/redis.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { NOTHING_SET, runDoctor, runDoctorPlainly, type Visit, visit } from './support/run-doctor.ts';

const HOUR_MS = 3_600_000;
const TOKEN = 'a-token-that-nobody-may-see';
/** Nothing of what is looked at is about the queues: one backend will do. */
const BACKEND = BACKENDS[0] ?? 'postgres';
const HEALTHY = { ok: true, queue_len: 0, worker_alive: true };

/** A task's id: a UUID of version 7, whose first 48 bits are the time. */
function idOfAge(ageMs: number): string {
  const time = (Date.now() - ageMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** Nothing but what no worker and a test's Redis bring about anyway. */
function expectClean(seen: Visit): void {
  expect(seen.complaints.filter((one) => !['workers: warning', 'queue: warning'].includes(one))).toEqual([]);
  expect(seen.well).toBe(true);
}

/** What was found is mended by `--repair`, which says so, and is gone. */
async function expectMended(env: Record<string, string>, check: string): Promise<readonly [Visit, Visit]> {
  const mended = await visit(env, '--repair');
  expect(mended.repairs.map((repair) => repair.check)).toEqual([check]);
  const again = await visit(env, '--repair');
  expect(again.repairs).toEqual([]);
  return [mended, again];
}

/** Real processes: what the doctor is told by workers that live, and by those that were killed. */
describe('an installation with workers', () => {
  let folder: string;
  let ocrelay: TestOcrelay;
  let env: Record<string, string>;
  /** Shared by the tests, until one kills it. */
  let living: ChildProcess | null = null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocrelay-doctor-'));
    const STORAGE_URL = pathToFileURL(folder).href;
    ocrelay = await startOcrelay(BACKEND, { STORAGE_URL, OCR_TOKEN: TOKEN });
    ocrelay.ocr.script({ token: TOKEN });
    env = {
      DATABASE_URL: ocrelay.databaseUrl,
      REDIS_URL: ocrelay.redis?.url ?? '',
      OCR_BASE_URL: ocrelay.ocr.url,
      OCR_TOKEN: TOKEN,
      STORAGE_URL,
    };
    // Right after a start of Postgres the doctor calls no worker dead.
    await waitFor('Postgres to have been up for a while', async () => {
      const settled = `select pg_postmaster_start_time() < now() - interval '21 s' as settled`;
      return (await ocrelay.sql.query(settled)).rows[0].settled as boolean;
    });
  });
  afterAll(async () => {
    await ocrelay.stop();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    ocrelay.ocr.script({ token: TOKEN, faults: [], job: {} });
    await ocrelay.sql.query('truncate tasks cascade');
  });

  const livingWorker = async () => {
    living ??= await ocrelay.startWorker();
    return living;
  };
  /** Ends all jobs, and the next ones by themselves. */
  const endJobs = () => {
    ocrelay.ocr.script({ job: {} });
    for (const job of ocrelay.ocr.stats.jobs.values()) ocrelay.ocr.end(job);
  };

  describe('of which one lives', () => {
    beforeEach(livingWorker);

    test('is well, and its secrets are not told', async () => {
      await ocrelay.reaches(await ocrelay.upload(), 'ocr_done');
      const healthy = await runDoctor(env);
      expectClean(healthy);
      expect(healthy.exitCode).toBe(0);
      expect(healthy.of('workers').message).toMatch(/^1 worker living/);
      const plain = await runDoctorPlainly(env, '--quick');
      expect(plain.exitCode).toBe(0);
      expect(plain.stdout).toMatch(/^✔ postgres +Postgres /m);
      expect(plain.stdout).not.toContain('\u001b');
      for (const secret of [TOKEN, new URL(ocrelay.databaseUrl).password]) {
        expect(`${plain.stdout}${plain.stderr}${healthy.stdout}`).not.toContain(`:${secret}@`);
        expect(`${plain.stdout}${plain.stderr}${healthy.stdout}`).not.toContain(TOKEN);
      }
    });

    test('loses nothing of what that does by repairs beside it', async () => {
      ocrelay.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
      const ids = await Promise.all([1, 2, 3].map(() => ocrelay.upload()));
      for (const id of ids) await ocrelay.reaches(id, 'ocr_processing');
      expect((await visit(env, '--repair')).repairs).toEqual([]);
      endJobs();
      for (const id of ids) expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ submissions: 1 });
    });
  });

  test('tasks of a worker that was killed are put back', async () => {
    ocrelay.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
    const one = await livingWorker();
    const id = await ocrelay.upload();
    await ocrelay.reaches(id, 'ocr_processing');
    const claim = () => ocrelay.sql.query('select claimed_by from tasks where id = $1', [id]);
    await waitFor('the poll to be claimed', async () => (await claim()).rows[0].claimed_by as string | null);
    await stopChild(one);
    living = null;
    await ocrelay.sql.query(`update workers set heartbeat_at = now() - interval '1 min'`);
    const seen = await visit(env);
    expect(seen.of('claims')).toMatchObject({ severity: 'problem', message: '1 task held by 1 dead worker.' });
    expect(seen.of('workers').severity).toBe('problem');
    await expectMended(env, 'claims');
    expect((await claim()).rows[0].claimed_by).toBeNull();
    endJobs();
    await livingWorker();
    await ocrelay.reaches(id, 'ocr_done');
  });
});

/** Everything else needs no process of its own: the API and the workers are parts of the test, and do what it says. */
describe('an installation', () => {
  let folder: string;
  let redis: TestRedis | null;
  let world: World;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocrelay-doctor-'));
    redis = BACKEND === 'redis' ? await startTestRedis() : null;
    const settings = { STORAGE_URL: pathToFileURL(folder).href, OCR_TOKEN: TOKEN, REDIS_URL: redis?.url ?? '' };
    world = await createWorld(settings);
    env = { ...settings, DATABASE_URL: world.sql.options.connectionString ?? '', OCR_BASE_URL: world.ocr.url };
  });
  beforeEach(() => world.ocr.script({ token: TOKEN, health: HEALTHY }));
  afterEach(() => world.reset());
  afterAll(async () => {
    await world.close();
    await redis?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const upload = () => world.upload({ start: true });
  const task = async (id: string): Promise<TaskView> => (await world.api.request('GET', `/tasks/${id}`)).data;
  const imageOf = async (id: string) => join(folder, (await task(id)).image_path);
  /** A worker does what there is to do. */
  const work = async () => (await world.livingWorker()).workUntilIdle();
  /** All workers have ended long ago. */
  const nobodyWorks = () => world.sql.query('delete from workers');
  /** A task that has been read. Nobody works any more. */
  const doneTask = async () => {
    const id = await upload();
    await work();
    expect((await task(id)).status).toBe('ocr_done');
    await nobodyWorks();
    return id;
  };

  test('a result that is missing is read again', async () => {
    const id = await doneTask();
    await world.sql.query('delete from ocr_results where task_id = $1', [id]);
    const seen = await visit(env);
    expect(seen.complaints).toContain('results: problem');
    expect(seen.of('results').about).toEqual([id]);
    expect(seen.well).toBe(false);
    expect((await task(id)).status).toBe('ocr_done');
    await expectMended(env, 'results');
    expect((await task(id)).status).toBe('queued');
    await work();
    expect((await task(id)).status).toBe('ocr_done');
    expectClean(await visit(env));
  });

  test('a task past its deadline is ended', async () => {
    const id = await upload();
    await world.sql.query(`update tasks set deadline_at = now() - interval '1 min' where id = $1`, [id]);
    expect((await visit(env)).of('deadlines')).toMatchObject({ severity: 'problem', about: [id] });
    const [mended] = await expectMended(env, 'deadlines');
    expectClean(mended);
    expect(await task(id)).toMatchObject({ status: 'ocr_failed', error_code: 'deadline_exceeded' });
  });

  test('a due task without a job gets one', async () => {
    const id = await upload();
    // As if the job of its last step had never been added.
    await world.sql.query(`update tasks set dispatch = dispatch + 1, due_at = now() - interval '1 min' where id = $1`, [
      id,
    ]);
    expect((await visit(env)).of('jobs')).toMatchObject({ severity: 'problem', about: [id] });
    await expectMended(env, 'jobs');
    await work();
    expect((await task(id)).status).toBe('ocr_done');
  });

  test('a job whose delay has passed while nobody works is not missed', async () => {
    world.ocr.script({
      faults: [{ call: 'submit', does: { kind: 'status', status: 503, headers: { 'retry-after': '60' } } }],
    });
    const id = await upload();
    await work();
    expect((await task(id)).waits).toBe(1);
    await nobodyWorks();
    await world.sql.query(`update tasks set due_at = now() - interval '1 min' where id = $1`, [id]);
    expect((await visit(env)).of('jobs').severity).toBe('ok');
  });

  test('a queue that has lost its data is filled again', async () => {
    const id = await upload();
    await world.loseQueues();
    expect((await visit(env)).of('jobs').severity).toBe('problem');
    const [mended] = await expectMended(env, 'jobs');
    expect(mended.repairs[0]?.message).toBe('Filled the queue again with 1 job.');
    await work();
    expect((await task(id)).status).toBe('ocr_done');
  });

  test('a task that nothing would ever happen to is taken up', async () => {
    const id = await upload();
    await world.sql.query('alter table tasks drop constraint tasks_has_owner_or_time');
    try {
      await world.sql.query('update tasks set due_at = null where id = $1', [id]);
      expect((await visit(env)).of('jobs')).toMatchObject({ severity: 'problem', about: [id] });
      await expectMended(env, 'jobs');
    } finally {
      await world.sql.query('truncate tasks cascade');
      await world.sql.query(
        `alter table tasks add constraint tasks_has_owner_or_time check (
           (status in ('queued', 'ocr_processing')) = (claimed_by is not null or due_at is not null))`,
      );
    }
  });

  if (BACKEND === 'redis') {
    test('a Redis that evicts, and one that is away, are told', async () => {
      const client = new Redis(env['REDIS_URL'] ?? '');
      try {
        await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
        const seen = await visit(env);
        expect(seen.complaints).toEqual(expect.arrayContaining(['queue: problem', 'queue: warning']));
        expect(seen.findings.map(({ remedy }) => remedy).join()).toContain(
          'redis-cli config set maxmemory-policy noeviction',
        );
        expect(seen.well).toBe(false);
        await client.config('SET', 'maxmemory-policy', 'noeviction');
      } finally {
        client.disconnect();
      }
      const away = await runDoctor({ ...env, REDIS_URL: 'redis://:hidden-password@127.0.0.1:1' });
      expect(away.of('queue')).toMatchObject({ severity: 'problem' });
      expect(away.of('queue').message).toContain('ECONNREFUSED');
      expect(away.stdout).not.toContain('hidden-password');
      expect(away.of('jobs').severity).toBe('note');
    });
  }

  test('a result that is missing is not read again where the image is gone', async () => {
    const id = await doneTask();
    await world.sql.query('delete from ocr_results where task_id = $1', [id]);
    await rm(await imageOf(id));
    const mended = await visit(env, '--repair');
    expect(mended.repairs.map(({ message }) => message).join()).toContain('1 task left as they are');
    expect(mended.well).toBe(false);
    expect((await task(id)).status).toBe('ocr_done');
  });

  test('a result of a task that is not done is removed, and the task can end', async () => {
    const id = await upload();
    await world.sql.query(
      `insert into ocr_results (task_id, generation, raw, raw_sha256, page_count, plain_text)
     values ($1, 1, '{}', encode(sha256('{}'), 'hex'), 1, '')`,
      [id],
    );
    expect((await visit(env)).of('results')).toMatchObject({ severity: 'problem', about: [id] });
    await expectMended(env, 'results');
    await work();
    expect((await task(id)).status).toBe('ocr_done');
  });

  test('a result with other bytes than were stored is found, unless nothing is to be hashed', async () => {
    const id = await doneTask();
    await world.sql.query(`update ocr_results set raw = raw || ' '::bytea where task_id = $1`, [id]);
    expect((await visit(env)).of('results')).toMatchObject({ severity: 'problem', about: [id], repairable: false });
    expectClean(await runDoctor(env, '--quick'));
  });

  test('images that are missing, altered or cut short are told by their tasks', async () => {
    const [missing, altered, cut] = await Promise.all([1, 2, 3].map(() => world.upload()));
    await rm(await imageOf(missing ?? ''));
    const bytes = await readFile(await imageOf(altered ?? ''));
    await writeFile(await imageOf(altered ?? ''), bytes.fill(0, bytes.length - 1));
    await appendFile(await imageOf(cut ?? ''), 'x');
    const about = (seen: Visit) => seen.findings.filter(({ check }) => check === 'images').map((one) => one.about);
    const seen = await visit(env);
    expect(seen.well).toBe(false);
    expect(about(seen)[0]).toEqual([missing]);
    expect(about(seen)[1]?.sort()).toEqual(
      [`${altered} (another hash)`, `${cut} (${bytes.length + 1} bytes instead of ${bytes.length})`].sort(),
    );
    const quick = await visit(env, '--quick');
    expect(about(quick).flat()).toHaveLength(2);
    expect((await visit(env, '--repair')).repairs).toEqual([]);
  });

  test('an old image without a task is swept, and a young one is left', async () => {
    const put = async (ageMs: number) => {
      const key = `images/2026/11/20/${idOfAge(ageMs)}.png`;
      await mkdir(dirname(join(folder, key)), { recursive: true });
      await writeFile(join(folder, key), 'image');
      return key;
    };
    const [old, young] = [await put(HOUR_MS), await put(1_000)];
    expect((await visit(env)).of('orphans')).toMatchObject({ severity: 'warning', about: [old] });
    await expectMended(env, 'orphans');
    await expect(readFile(join(folder, old))).rejects.toThrow('ENOENT');
    expect(String(await readFile(join(folder, young)))).toBe('image');
  });

  test('many images without a task are left to people: the database may be the wrong one', async () => {
    const day = join(folder, 'images/2026/11/20');
    await mkdir(day, { recursive: true });
    await Promise.all(Array.from({ length: 101 }, () => writeFile(join(day, `${idOfAge(HOUR_MS)}.png`), 'image')));
    const seen = await visit(env, '--repair');
    expect(seen.of('orphans')).toMatchObject({ severity: 'problem', repairable: false });
    expect(seen.repairs).toEqual([]);
  });

  test('an OCR service that refuses the token, is ill, or is away', async () => {
    const refused = await visit({ ...env, OCR_TOKEN: 'another-token' });
    expect(refused.of('ocr service')).toMatchObject({
      severity: 'problem',
      message: `${world.ocr.url} refuses our token.`,
    });
    const without = await visit({ ...env, OCR_TOKEN: '' });
    expect(without.of('ocr service').message).toContain('OCR_TOKEN is not set');
    world.ocr.script({ health: { ok: false, queue_len: 0, worker_alive: false } });
    expect((await visit(env)).of('ocr service').message).toContain('not well');
    world.ocr.script({ health: { ok: true, queue_len: 0, worker_alive: true } });
    const several = await visit({ ...env, OCR_BASE_URL: `${world.ocr.url},http://127.0.0.1:1` });
    const severities = several.findings.filter(({ check }) => check === 'ocr service').map((one) => one.severity);
    expect(severities).toEqual(['ok', 'problem']);
  });

  test('an image store that is not there, while tasks have images in it', async () => {
    await world.upload();
    const seen = await visit({ ...env, STORAGE_URL: pathToFileURL(join(folder, 'not', 'mounted')).href });
    expect(seen.of('image store').message).toContain('There is no folder');
    expect(seen.of('images').severity).toBe('note');
    await expect(readFile(join(folder, 'not'))).rejects.toThrow('ENOENT');
  });
});

describe('the database', () => {
  test('without its tables gets them', async () => {
    const own = await createEmptyDatabase();
    try {
      const env = { DATABASE_URL: own.url, DATA_DIR: join(tmpdir(), `ocrelay-none-${randomUUID()}`) };
      const seen = await runDoctor(env);
      expect(seen.of('migrations')).toMatchObject({ severity: 'problem', remedy: 'npm run migrate', repairable: true });
      expect(seen.of('results').severity).toBe('note');
      expect(seen.exitCode).toBe(1);
      const mended = await runDoctor(env, '--repair');
      expect(mended.repairs).toEqual([
        { check: 'migrations', message: expect.stringMatching(/^Applied \d+ migration/) },
      ]);
      expect(mended.exitCode).toBe(0);
      expect((await visit(env, '--repair')).repairs).toEqual([]);
    } finally {
      await own.drop();
    }
  });

  test('that is away is said once, without its password, and all that needs it is not checked', async () => {
    const seen = await runDoctor({ DATABASE_URL: 'postgres://me:hidden-password@127.0.0.1:1/none' });
    expect(seen.complaints).toEqual(['postgres: problem']);
    expect(seen.of('postgres').message).toContain('127.0.0.1:1/none cannot be used');
    expect(seen.stdout + seen.stderr).not.toContain('hidden-password');
    expect(seen.exitCode).toBe(1);
  });
});

describe('the configuration', () => {
  test('with wrong values is a line for each, and exit code 78', async () => {
    const plain = await runDoctorPlainly({ PORT: 'x', LOG_LEVEL: 'loud' });
    expect(plain).toMatchObject({ exitCode: 78, stdout: '' });
    expect(plain.stderr).toMatch(/^PORT: [^\n]+\nLOG_LEVEL: [^\n]+\n$/);
    const keys = await runDoctor({ API_KEYS: 'me:short-secret' });
    expect(keys.exitCode).toBe(78);
    expect(keys.of('configuration').message).toMatch(/^API_KEYS: /);
    expect(keys.stdout + keys.stderr).not.toContain('short-secret');
  });

  test('that an API would refuse is a warning', async () => {
    const own = await createTestDatabase();
    try {
      expect((await visit({ DATABASE_URL: own.url, HOST: '0.0.0.0' })).of('configuration').severity).toBe('warning');
    } finally {
      await own.drop();
    }
  });

  test('an option that is not known is wrong usage', async () => {
    expect((await runDoctorPlainly({}, '--fast')).exitCode).toBe(64);
  });
});

describe('an embedded installation', () => {
  test('is looked into while it runs, and while it is stopped, and left as it was', async () => {
    const dataDir = await temporaryDataDir('ocrelay-doctor-');
    const env = { DATA_DIR: dataDir, LOG_FORMAT: 'json', PORT: '0' };
    const entry = join(process.env['TEST_DIST'] ?? 'dist', 'apps', 'start', 'src', 'main.js');
    const none = await visit(env);
    expect(none.of('postgres').message).toContain('There is no installation');
    expect(none.well).toBe(false);
    const stack = fork(entry, {
      env: { ...process.env, ...NOTHING_SET, ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    try {
      let said = '';
      stack.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      await waitFor('npm start to be up', () => said.includes('Ocrelay is up'), { describe: () => said });
      const running = await visit(env);
      expect(running.complaints).toEqual([]);
      expect(running.of('ocr service').message).toContain('takes our token');
      expect(running.well).toBe(true);
    } finally {
      const exited = once(stack, 'exit');
      stack.kill('SIGTERM');
      await exited;
    }
    const stopped = await runDoctor(env);
    expect(stopped.complaints).toEqual([]);
    expect(stopped.of('workers').severity).toBe('note');
    expect(stopped.exitCode).toBe(0);
    // Its Postgres is down again, and the folder free.
    await expect(readFile(join(dataDir, 'postgres', 'postmaster.pid'))).rejects.toThrow('ENOENT');
    await rm(dataDir, { recursive: true, force: true });
  });
});
