import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createQueues, openQueueBackend, type QueueBackend } from '@ocrelay/queue';
import { held } from '../support/held.ts';
import { uniqueImage } from '../support/images.ts';
import { BACKENDS, sha256, startOcrelay, stopChild, type TestOcrelay } from '../support/ocrelay.ts';
import { shareOcrelay } from '../support/shared-ocrelay.ts';
import { proxyTo, type TcpProxy } from '../support/tcp-proxy.ts';
import { waitFor } from '../support/wait-for.ts';

const NEVER = { durationMs: Number.POSITIVE_INFINITY };

const shared = shareOcrelay();

describe.each(BACKENDS)('recovery, queues on %s', (backend) => {
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    ocrelay = await shared(backend);
  });
  afterEach(() => ocrelay.reset());

  const uploadMany = (count: number) => Promise.all(Array.from({ length: count }, () => ocrelay.upload()));
  const allDone = async (ids: readonly string[]) => {
    for (const id of ids) expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ error_code: null });
  };
  /** Lets jobs that were submitted so far end. */
  const endAll = () => {
    ocrelay.ocr.script({ job: {} });
    for (const job of ocrelay.ocr.stats.jobs.values()) ocrelay.ocr.end(job);
  };

  /** How tasks came away from a worker, and which try that left them with. */
  const takenUp = async () => {
    const { rows } = await ocrelay.sql.query(
      `select type, count(distinct task_id)::int as tasks, max(attempt)::int as attempt from task_events
       where type in ('released', 'rescued') group by type`,
    );
    return rows;
  };

  test('the tasks of a killed worker are taken over by another, and cost no attempt and no second reading', async () => {
    const victim = await ocrelay.startWorker();
    ocrelay.ocr.script({ job: NEVER });
    const ids = await uploadMany(20);
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 20);
    const survivor = await ocrelay.startWorker();
    await stopChild(victim);
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 0);
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 20);
    endAll();
    await allDone(ids);
    for (const id of ids) expect(await ocrelay.task(id)).toMatchObject({ submissions: 1 });
    expect(await takenUp()).toEqual([{ type: 'rescued', tasks: 20, attempt: 0 }]);
    expect(survivor.exitCode).toBeNull();
  });

  test('a worker that is told to stop with 500 polls open hands all of them back and exits with 0', async () => {
    const leaving = await ocrelay.startWorker({ OCR_POLL_MS: '25000' });
    ocrelay.ocr.script({ job: NEVER });
    const ids = await uploadMany(500);
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 500);
    const staying = await ocrelay.startWorker({ OCR_POLL_MS: '25000' });
    expect(await terminate(leaving)).toEqual({ code: 0, signal: null });
    const { rows } = await ocrelay.sql.query('select count(*)::int as held from workers');
    expect(rows).toEqual([{ held: 1 }]);
    expect(await takenUp()).toEqual([{ type: 'released', tasks: 500, attempt: 0 }]);
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 500);
    endAll();
    await allDone(ids);
    const { rows: submissions } = await ocrelay.sql.query('select max(submissions)::int as most from tasks');
    expect(submissions).toEqual([{ most: 1 }]);
    expect(staying.exitCode).toBeNull();
  });

  test('a frozen worker is replaced, and changes nothing when it wakes up', async () => {
    const frozen = await ocrelay.startWorker();
    ocrelay.ocr.script({ job: NEVER });
    const image = uniqueImage();
    const id = await ocrelay.upload({ image });
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 1);
    frozen.kill('SIGSTOP');
    await ocrelay.startWorker();
    await waitFor('the task to be rescued', async () =>
      (await ocrelay.events(id)).some((event) => event.type === 'rescued'),
    );
    endAll();
    const done = await ocrelay.reaches(id, 'ocr_done');
    frozen.kill('SIGCONT');
    await waitFor('the frozen worker to notice', () => /lease lost/.test(ocrelay.logs()));
    await ocrelay.reaches(await ocrelay.upload(), 'ocr_done');
    expect(await ocrelay.task(id)).toEqual(done);
    expect(ocrelay.ocr.stats.reads.get(sha256(image))).toBe(1);
  });

  test("the loss of all of the queue's data under load loses no task", async () => {
    await ocrelay.startWorker({ POLL_CONCURRENCY: '4', SUBMIT_CONCURRENCY: '2' });
    ocrelay.ocr.script({ job: { durationMs: 100 } });
    const ids = await uploadMany(60);
    await ocrelay.ocr.waitFor((stats) => stats.results > 5);
    await ocrelay.loseQueue();
    await allDone(ids);
    for (const reads of ocrelay.ocr.stats.reads.values()) expect(reads).toBe(1);
  });

  test("a task whose next try comes later has its job again at once when the queue's data is lost", async () => {
    await ocrelay.startWorker();
    const later = { kind: 'status', status: 503, headers: { 'retry-after': '300' } } as const;
    ocrelay.ocr.script({ faults: [{ call: 'submit', does: later }] });
    const id = await ocrelay.upload();
    const backend = openBackend(ocrelay);
    const hasItsJob = async () => {
      const { rows } = await ocrelay.sql.query('select generation, dispatch from tasks where id = $1', [id]);
      const job = { taskId: id, stage: 'submit', attempt: 1, delayMs: 0, ...rows[0] } as const;
      const whereabouts = await createQueues(backend)
        .whereabouts([job], 60_000)
        .catch(() => []); // the queue is being made again
      return whereabouts[0] === 'delayed';
    };
    try {
      await waitFor('the task to wait in the queue', hasItsJob);
      await ocrelay.loseQueue();
      await waitFor('its job to be there again', hasItsJob);
    } finally {
      await backend.close();
    }
  });

  test('a task whose job was never added is found by its row', async () => {
    await ocrelay.startWorker();
    await ocrelay.reaches(await ocrelay.upload(), 'ocr_done'); // so that the queue's sentinel stands
    const id = await ocrelay.upload({ start: false });
    await ocrelay.sql.query(
      `update tasks set status = 'queued', stage = 'submit', dispatch = 1, due_at = now(), started_at = now(),
       deadline_at = now() + interval '1 day' where id = $1`,
      [id],
    );
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ submissions: 1 });
  });

  test('a job that the queue has buried without a claim is replaced', async () => {
    const id = await ocrelay.upload();
    await bury(ocrelay, id);
    await ocrelay.startWorker();
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ submissions: 1 });
  });
});

describe('when Postgres is away', () => {
  let ocrelay: TestOcrelay;
  /** The way to Postgres of one worker. */
  let proxy: TcpProxy;
  beforeEach(async () => {
    ocrelay = await shared(BACKENDS[0] ?? 'postgres');
    proxy = await proxyTo(ocrelay.databaseUrl);
  });
  afterEach(async () => {
    await ocrelay.reset();
    await proxy.cut();
  });

  test('what the service has answered meanwhile is kept: nothing is submitted twice', async () => {
    await ocrelay.startWorker({ DATABASE_URL: proxy.url });
    const { until, release: answer } = held();
    ocrelay.ocr.script({ faults: [{ call: 'submit', does: { kind: 'hold', until } }] });
    const ids = await Promise.all(Array.from({ length: 3 }, () => ocrelay.upload()));
    await ocrelay.ocr.waitFor((stats) => stats.submits === 3);
    await proxy.cut();
    answer();
    await waitFor('the worker to be cut off', () => /lease lost/.test(ocrelay.logs()));
    await proxy.mend();
    for (const id of ids) expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ submissions: 1 });
    expect(ocrelay.ocr.stats.submits).toBe(3);
  });

  test('what a worker was answered before it was cut off changes nothing once another has taken its task up', async () => {
    await ocrelay.startWorker({ DATABASE_URL: proxy.url });
    const { until, release: answer } = held();
    ocrelay.ocr.script({ job: NEVER, faults: [{ call: 'submit', does: { kind: 'hold', until }, times: 1 }] });
    const id = await ocrelay.upload();
    await ocrelay.ocr.waitFor((stats) => stats.submits === 1);
    await proxy.cut();
    answer();
    await ocrelay.startWorker();
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 1);
    const taken = await ocrelay.task(id);
    await proxy.mend();
    await waitFor('the late answer to be refused', () => /claim lost/.test(ocrelay.logs()));
    expect(await ocrelay.task(id)).toMatchObject({ ocr_job_id: taken.ocr_job_id, status: 'ocr_processing' });
    for (const job of ocrelay.ocr.stats.jobs.values()) ocrelay.ocr.end(job);
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ ocr_job_id: taken.ocr_job_id, submissions: 2 });
  });

  test('a worker that is cut off stops what it does, and goes on with it when it is back', async () => {
    await ocrelay.startWorker({ DATABASE_URL: proxy.url, OCR_POLL_MS: '600000', OCR_REQUEST_TIMEOUT_MS: '600000' });
    ocrelay.ocr.script({ job: NEVER });
    const id = await ocrelay.upload();
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 1);
    await proxy.cut();
    // The service would hold it for longer.
    await ocrelay.ocr.waitFor((stats) => stats.abandoned === 1);
    await proxy.mend();
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 1);
    for (const job of ocrelay.ocr.stats.jobs.values()) ocrelay.ocr.end(job);
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ submissions: 1 });
  });
});

const redisOnly = BACKENDS.includes('redis') ? describe : describe.skip;
redisOnly('when Redis is away', () => {
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    ocrelay = await startOcrelay('redis', { START_WAIT_MS: '300' });
  });
  afterEach(() => ocrelay.reset());
  afterAll(() => ocrelay.stop());

  test('uploads and starts are still answered, and everything goes on when it is back', async () => {
    await ocrelay.startWorker();
    await ocrelay.redis?.kill();
    const uploaded = await ocrelay.upload({ start: true });
    const started = await ocrelay.upload({ start: false });
    const response = await ocrelay.request(`/api/v1/ocr/start/${started}`, { method: 'POST' });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ data: { ocr_job_id: null, status: 'queued' } });
    const ready = await ocrelay.request('/readyz');
    expect(ready.status).toBe(200);
    expect(await ocrelay.task(uploaded)).toMatchObject({ status: 'queued' });
    expect((await ocrelay.request('/api/v1/tasks')).status).toBe(200);
    await ocrelay.redis?.revive();
    await ocrelay.reaches(uploaded, 'ocr_done');
    await ocrelay.reaches(started, 'ocr_done');
  });

  test('a deadline ends the tasks that wait, though the service is away as well', async () => {
    await ocrelay.startWorker();
    await ocrelay.ocr.kill();
    await ocrelay.redis?.kill();
    const id = await ocrelay.upload();
    await ocrelay.sql.query('update tasks set deadline_at = now() where id = $1', [id]);
    expect(await ocrelay.reaches(id, 'ocr_failed')).toMatchObject({ error_code: 'deadline_exceeded' });
  });
});

/** Takes the task's job from the queue as a worker would that dies before its claim, and lets the queue bury it. */
async function bury(ocrelay: TestOcrelay, taskId: string): Promise<void> {
  const backend = openBackend(ocrelay);
  const worker = await backend.worker('submit', async () => 'not claimed', {
    concurrency: 1,
    onError: () => {},
    onBuried: () => {},
  });
  const buried = new Promise<void>((resolve) => {
    worker.on('completed', (job) => {
      if (job.data.task_id === taskId) resolve();
    });
  });
  void worker.run();
  await buried;
  await worker.close();
  await backend.close();
}

function openBackend({ databaseUrl, redis }: TestOcrelay): QueueBackend {
  return openQueueBackend({ databaseUrl, redisUrl: redis?.url ?? null }, () => {});
}

async function terminate(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code, signal] = await exited;
  return { code, signal };
}
