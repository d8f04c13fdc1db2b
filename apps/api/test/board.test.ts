import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openQueueBackend, type QueueBackend } from '@ocrelay/queue';
import { Redis } from 'ioredis';
import { waitFor } from '../../../test/support/wait-for.ts';
import { advance } from './support/advance.ts';
import { startApi, type TestApi } from './support/api.ts';

const REDIS = process.env['TEST_REDIS_URL'] ?? '';
/** A numbered database of the shared Redis that no other suite uses. */
const OWN_REDIS = `${REDIS}/11`;

describe.each(REDIS === '' ? ['postgres'] : ['postgres', 'redis'])('the board on %s', (kind) => {
  let api: TestApi;
  let workers: QueueBackend;
  beforeAll(async () => {
    if (kind === 'redis') await flush();
    api = await startApi(kind === 'redis' ? { REDIS_URL: OWN_REDIS } : {});
    workers = openQueueBackend(api.context.config.queue, () => {});
    if (kind === 'redis')
      await waitFor('Redis to be there', () =>
        api.context.queues.ping().then(
          () => true,
          () => false,
        ),
      );
  });
  afterAll(async () => {
    await workers.close();
    await api.stop();
  });

  const queues = async (query = '') => (await api.ask(`/admin/queues/api/queues${query}`)).body.queues;
  const put = (path: string) => api.ask(`/admin/queues/api/queues/ocr-submit/${path}`, { method: 'PUT' });

  /** A task whose submit was tried and failed, with the failed job in the queue. */
  async function failedTask(): Promise<{ id: string; jobId: string }> {
    const id: string = (await api.upload({ start: true })).body.data.task_id;
    const jobId = `${id}.1.1`;
    const worker = await workers.worker('submit', () => Promise.reject(new Error('the image was refused')), {
      concurrency: 1,
      onError: () => {},
      onBuried: () => {},
    });
    const running = worker.run();
    const queue = await api.context.backend.queue('submit');
    await waitFor('the job to fail', async () => (await queue.getJobState(jobId)) === 'failed');
    await worker.close();
    await running;
    await advance(api.context.database).failed(id, 'ocr_rejected', 'the image was refused');
    return { id, jobId };
  }
  const standing = async (id: string) =>
    (await api.context.database.pool.query('select status, generation, dispatch from tasks where id = $1', [id]))
      .rows[0];

  test('shows the queues of all stages, and a failed try with its reason and its task', async () => {
    const { id, jobId } = await failedTask();
    const all = await queues('?activeQueue=ocr-submit&status=failed');
    expect(all.map((queue: { name: string }) => queue.name)).toEqual([
      'ocr-split',
      'ocr-submit',
      'ocr-poll',
      'ocr-store',
    ]);
    const job = all[1].jobs.find((one: { id: string }) => one.id === jobId);
    expect(job).toMatchObject({
      name: 'submit attempt 1',
      failedReason: 'the image was refused',
      data: { task_id: id, stage: 'submit', generation: 1, dispatch: 1 },
    });
  });

  test('a retry restarts the task in a new generation and does not run the bare job', async () => {
    const { id, jobId } = await failedTask();
    expect((await put(`${jobId}/retry`)).status).toBe(204);
    expect(await standing(id)).toMatchObject({ status: 'queued', generation: 2 });
    const queue = await api.context.backend.queue('submit');
    const { dispatch } = await standing(id);
    expect(await queue.getJobState(`${id}.2.${dispatch}`)).toBe('waiting');
    expect(await queue.getJobState(jobId)).toBe('unknown');
  });

  test('a retry of a task that is under way is refused, and changes nothing', async () => {
    const { id, jobId } = await failedTask();
    await api.ask(`/api/v1/ocr/start/${id}`, { method: 'POST' });
    const before = await standing(id);
    const refused = await put(`${jobId}/retry`);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'invalid_state']);
    expect(await standing(id)).toEqual(before);
  });

  test('retry all restarts every task that failed', async () => {
    const failed = [await failedTask(), await failedTask()];
    expect((await put('retry/failed')).status).toBe(200);
    for (const { id } of failed) expect(await standing(id)).toMatchObject({ status: 'queued', generation: 2 });
  });

  test('what would bypass the row is refused', async () => {
    const { id, jobId } = await failedTask();
    const refused: [string, string][] = [
      ['PUT', 'ocr-submit/obliterate'],
      ['PUT', 'ocr-submit/pause'],
      ['PUT', 'ocr-submit/resume'],
      ['PUT', 'ocr-submit/empty'],
      ['PUT', 'ocr-submit/promote'],
      ['PUT', 'ocr-submit/clean/failed'],
      ['PUT', 'ocr-submit/retry/completed'],
      ['PUT', 'ocr-submit/concurrency'],
      ['PUT', 'ocr-submit/rate-limit'],
      ['PUT', `ocr-submit/${jobId}/clean`],
      ['PUT', `ocr-submit/${jobId}/promote`],
      ['PATCH', `ocr-submit/${jobId}/update-data`],
      ['PATCH', `ocr-submit/${jobId}/delay`],
      ['POST', 'ocr-submit/add'],
      ['PUT', 'pause'],
    ];
    for (const [method, path] of refused) {
      const { status, body } = await api.ask(`/admin/queues/api/queues/${path}`, { method });
      expect([path, status, body.error?.code]).toEqual([path, 405, 'method_not_allowed']);
    }
    const queue = await api.context.backend.queue('submit');
    expect([await queue.getJobState(jobId), await queue.isPaused()]).toEqual(['failed', false]);
    expect(await standing(id)).toMatchObject({ status: 'ocr_failed' });
  });

  test('the page hides them, and loads nothing from elsewhere', async () => {
    const page = (await api.ask('/admin/queues')).body as string;
    const links = [...page.matchAll(/<(?:link|script)[^>]+(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).toContain('/admin/queues/ocrelay.css');
    for (const link of links)
      expect([link, (await api.ask(new URL(link, `${api.url}/admin/queues/`).pathname)).status]).toEqual([link, 200]);
  });
});

test('while the queue is away the board says so', async () => {
  const api = await startApi({ REDIS_URL: 'redis://127.0.0.1:9' });
  try {
    const { status, body } = await api.ask('/admin/queues');
    expect([status, body.error.code]).toEqual([503, 'queue_unavailable']);
  } finally {
    await api.stop();
  }
});

async function flush(): Promise<void> {
  const client = new Redis(OWN_REDIS);
  await client.flushdb();
  client.disconnect();
}
