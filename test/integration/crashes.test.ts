/** Workers that die while they have results in hand: killed, stopped, or crashed by a result. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../support/ocr-server/index.ts';
import { BACKENDS, startOcrelay, type TestOcrelay } from '../support/ocrelay.ts';
import { waitFor } from '../support/wait-for.ts';

const STORE_ATTEMPTS = 2;

let ocrelay: TestOcrelay;
beforeAll(async () => {
  ocrelay = await startOcrelay(BACKENDS[0] ?? 'postgres', {
    STORE_ATTEMPTS: String(STORE_ATTEMPTS),
    OCR_REQUEST_TIMEOUT_MS: '600000', // a result that does not come is not a fault here
  });
  // Does all but the stores, and rescues what dead workers held.
  await ocrelay.startWorker({ WORKER_STAGES: 'submit,poll' });
});
afterAll(() => ocrelay.stop());

let storers: ChildProcess[] = [];
beforeEach(() => ocrelay.ocr.script({ faults: [] }));
afterEach(async () => {
  await Promise.all(storers.map((storer) => die(storer)));
  storers = [];
});

async function startStorer(): Promise<ChildProcess> {
  const storer = await ocrelay.startWorker({ WORKER_STAGES: 'store' });
  storers.push(storer);
  return storer;
}

/** Ends a worker, and lets its lease run out at once. */
async function die(worker: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (worker.exitCode === null && worker.signalCode === null) {
    const exited = once(worker, 'exit');
    worker.kill(signal);
    await exited;
  }
  await ocrelay.sql.query(`update workers set heartbeat_at = now() - interval '1 hour' where pid = $1`, [worker.pid]);
}

async function crashesOf(taskId: string) {
  const { rows } = await ocrelay.sql.query('select crashes, claimed_by from tasks where id = $1', [taskId]);
  return rows[0] as { crashes: number; claimed_by: string | null };
}

function becomesSuspect(taskId: string, crashes: number) {
  return waitFor(
    `task ${taskId} to be rescued for the ${crashes}. time`,
    async () => {
      const row = await crashesOf(taskId);
      return row.claimed_by === null && row.crashes === crashes;
    },
    { describe: () => ocrelay.logs().split('\n').slice(-20) },
  );
}

/**
 * The result of this OCR job, or of all, does not come.
 * @param onAsked when it was asked for.
 */
function holdResults(jobId: string | null = null, onAsked = () => {}): void {
  const when: Fault['when'] = ({ job }) => {
    const isHeld = jobId === null || job?.id === jobId;
    if (isHeld) onAsked();
    return isHeld;
  };
  ocrelay.ocr.script({ faults: [{ call: 'result', does: { kind: 'hang', part: 'headers' }, when }] });
}

/** Resolves when a result was asked for once more than now, after what is done here. */
async function resultAskedFor(work: () => unknown): Promise<void> {
  const before = ocrelay.ocr.stats.results;
  await work();
  await ocrelay.ocr.waitFor((stats) => stats.results > before);
}

/** The processes that have read the task's result alone so far. */
function readersOf(taskId: string): number[] {
  const lines = ocrelay.logs().split('\n');
  return lines.flatMap((line) => {
    if (!line.includes('"lone_pid"') || !line.endsWith('}')) return [];
    const { task_id: of, lone_pid: pid } = JSON.parse(line) as { task_id: string; lone_pid: number };
    return of === taskId ? [pid] : [];
  });
}

function readerOf(taskId: string, nth = 1): Promise<number> {
  return waitFor(`process ${nth} that reads ${taskId} alone`, () => readersOf(taskId)[nth - 1], {
    describe: () => ocrelay.logs().split('\n').slice(-20),
  });
}

function isGone(pid: number): Promise<boolean> {
  return waitFor(`process ${pid} to be gone`, () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
}

/** A task whose result a worker reads alone now, and does not get. */
async function readAlone(): Promise<{ taskId: string; storer: ChildProcess; reader: number }> {
  holdResults();
  const first = await startStorer();
  let taskId = '';
  await resultAskedFor(async () => {
    taskId = await ocrelay.upload();
  });
  await die(first);
  await becomesSuspect(taskId, 1);
  let storer = first;
  await resultAskedFor(async () => {
    storer = await startStorer();
  });
  return { taskId, storer, reader: await readerOf(taskId) };
}

describe('a worker that has a result in hand', () => {
  test('and is killed ten times over it does not fail the task', async () => {
    holdResults();
    let taskId = '';
    for (let kill = 1; kill <= 10; kill += 1) {
      let storer: ChildProcess | null = null;
      await resultAskedFor(async () => {
        storer = await startStorer();
        if (kill === 1) taskId = await ocrelay.upload();
      });
      if (storer !== null) await die(storer);
      await becomesSuspect(taskId, kill);
    }
    await readerOf(taskId, 9); // the first kill met it in the worker's own process
    await Promise.all(readersOf(taskId).map(isGone));
    ocrelay.ocr.script({ faults: [] });
    await startStorer();
    await ocrelay.reaches(taskId, 'ocr_done');
    const rescues = (await ocrelay.events(taskId)).filter(({ type }) => type === 'rescued');
    expect(rescues.map(({ data }) => data['crashes'])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  }, 600_000);

  test('and crashes over it, and again when it is read alone, fails that task and no other', async () => {
    holdResults();
    const first = await startStorer();
    const before = ocrelay.ocr.stats.results;
    const [poison = '', ...others] = await Promise.all([1, 2, 3, 4].map(() => ocrelay.upload()));
    await ocrelay.ocr.waitFor((stats) => stats.results === before + 4);
    const { ocr_job_id: poisonJob } = await ocrelay.task(poison);
    const begun = new Promise<void>((resolve) => holdResults(poisonJob, resolve));
    await die(first, 'SIGSEGV');
    await Promise.all([poison, ...others].map((taskId) => becomesSuspect(taskId, 1)));

    const second = await startStorer();
    await begun;
    const reader = await readerOf(poison);
    process.kill(reader, 'SIGSEGV');
    const failed = await ocrelay.reaches(poison, 'ocr_failed', 'ocr_done');
    expect(failed).toMatchObject({ status: 'ocr_failed', error_code: 'worker_crashed' });
    expect(failed.error_message).toContain('SIGSEGV');
    expect(readersOf(poison)).toEqual([reader]);
    const types = (await ocrelay.events(poison)).map(({ type }) => type);
    expect(types.filter((type) => type === 'rescued' || type === 'failed')).toEqual(['rescued', 'failed']);
    for (const taskId of others) await ocrelay.reaches(taskId, 'ocr_done');
    expect([second.exitCode, second.signalCode]).toEqual([null, null]);
  });
});

describe('a result that is read alone', () => {
  test('is given back when the worker stops', async () => {
    const { taskId, storer, reader } = await readAlone();
    const exited = once(storer, 'exit');
    storer.kill('SIGTERM');
    await exited;
    await isGone(reader);
    expect(await crashesOf(taskId)).toEqual({ crashes: 1, claimed_by: null });
    expect((await ocrelay.events(taskId)).at(-1)).toMatchObject({ type: 'released', stage: 'store' });
    ocrelay.ocr.script({ faults: [] });
    await startStorer();
    await ocrelay.reaches(taskId, 'ocr_done');
  });

  test('is let go at once when its task is cancelled', async () => {
    const { taskId, storer, reader } = await readAlone();
    await ocrelay.request(`/api/v1/tasks/${taskId}/cancel`, { method: 'POST' });
    await isGone(reader);
    expect(await ocrelay.task(taskId)).toMatchObject({ status: 'cancelled', error_code: null });
    ocrelay.ocr.script({ faults: [] });
    await ocrelay.reaches(await ocrelay.upload(), 'ocr_done');
    expect([storer.exitCode, storer.signalCode]).toEqual([null, null]);
  });

  test('is read again when its process is killed from outside, however often', async () => {
    const { taskId, reader } = await readAlone();
    let current = reader;
    for (let kill = 1; kill <= STORE_ATTEMPTS + 2; kill += 1) {
      await resultAskedFor(() => process.kill(current, 'SIGKILL'));
      current = await readerOf(taskId, kill + 1);
    }
    expect(await ocrelay.task(taskId)).toMatchObject({ status: 'ocr_processing', waiting_reason: 'worker_crashed' });
    ocrelay.ocr.script({ faults: [] });
    process.kill(current, 'SIGKILL');
    expect(await ocrelay.reaches(taskId, 'ocr_done', 'ocr_failed')).toMatchObject({
      status: 'ocr_done',
      error_code: null,
    });
  });
});
