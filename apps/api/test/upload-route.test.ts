import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uniqueImage } from '../../../test/support/images.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { startApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** Every image in the store, those that are being written included. */
async function storedFiles(of: TestApi): Promise<string[]> {
  const entries = await readdir(of.imagesFolder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('an upload', () => {
  test('answers 201 with exactly the task, the store key and a message', async () => {
    const { status, body } = await api.upload();
    expect(status).toBe(201);
    expect(body).toEqual({
      success: true,
      message: 'image uploaded',
      data: {
        task_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        image_path: expect.stringMatching(/^images\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\.png$/),
        message: 'image uploaded',
      },
    });
  });

  test('makes a task that waits for its start', async () => {
    const { body } = await api.upload({ name: '送货单.png' });
    const task = await api.ask(`/api/v1/tasks/${body.data.task_id}`);
    expect(task.body.data).toMatchObject({
      status: 'uploaded',
      stage: null,
      original_filename: '送货单.png',
      content_type: 'image/png',
      width: 1,
      height: 1,
      attempt: 0,
      next_attempt_at: null,
    });
  });

  test('with start=true is queued, and its job is in the queue', async () => {
    const { body } = await api.upload({ start: true });
    const id = body.data.task_id;
    const task = await api.ask(`/api/v1/tasks/${id}`);
    expect(task.body.data).toMatchObject({ status: 'queued', stage: 'submit' });
    // The answer waits for the queue about a second, and the first job also for the making of the queue's tables.
    const queue = await api.context.backend.queue('submit');
    const job = await waitFor('the job to be in the queue', () => queue.getJob(`${id}.1.1`));
    expect(job.data).toEqual({ task_id: id, stage: 'submit', generation: 1, dispatch: 1 });
  });

  test('with another value of start is refused before the image is read', async () => {
    const { status, body } = await api.ask('/api/v1/upload/image?start=yes', { method: 'POST', body: 'x' });
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
  });
});

describe('an Idempotency-Key', () => {
  test('answers the same image with its first task, and keeps one image', async () => {
    const image = uniqueImage();
    const headers = { 'Idempotency-Key': 'same-image' };
    const first = await api.upload({ image, headers });
    const before = await storedFiles(api);
    const second = await api.upload({ image, headers });
    expect(second.status).toBe(201);
    expect(second.body.data).toEqual(first.body.data);
    expect(second.headers.get('Idempotent-Replayed')).toBe('true');
    expect(first.headers.get('Idempotent-Replayed')).toBeNull();
    expect(await storedFiles(api)).toEqual(before);
  });

  test('of a repetition with start=true starts the task that the first upload did not', async () => {
    const image = uniqueImage();
    const headers = { 'Idempotency-Key': 'start-later' };
    const first = await api.upload({ image, headers });
    await api.upload({ image, headers, start: true });
    const task = await api.ask(`/api/v1/tasks/${first.body.data.task_id}`);
    expect(task.body.data.status).toBe('queued');
  });

  test('makes one task of ten uploads at the same time', async () => {
    const image = uniqueImage();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api.upload({ image, headers: { 'Idempotency-Key': 'at-once' } })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.data.task_id)).size).toBe(1);
  });

  test('with another image is a conflict that leaves nothing', async () => {
    const headers = { 'Idempotency-Key': 'other-image' };
    await api.upload({ headers });
    const before = await storedFiles(api);
    const { status, body } = await api.upload({ headers });
    expect([status, body.error.code]).toEqual([409, 'idempotency_conflict']);
    expect(await storedFiles(api)).toEqual(before);
  });

  test.each([['x'.repeat(256)], ['tab\there']])(
    'that is not 1 to 255 printable ASCII characters is refused',
    async (key) => {
      const { status, body } = await api.upload({ headers: { 'Idempotency-Key': key } });
      expect([status, body.error.code]).toEqual([400, 'invalid_idempotency_key']);
    },
  );
});

test('while Redis is away an upload with start=true is taken all the same, and its task is due', async () => {
  const lonely = await startApi({ REDIS_URL: 'redis://127.0.0.1:9' });
  try {
    const { status, body } = await lonely.upload({ start: true });
    expect(status).toBe(201);
    const task = await lonely.ask(`/api/v1/tasks/${body.data.task_id}`);
    expect(task.body.data.status).toBe('queued');
    const started = await lonely.ask(`/api/v1/ocr/start/${body.data.task_id}`, { method: 'POST' });
    expect([started.status, started.body.data.ocr_job_id]).toEqual([202, null]);
  } finally {
    await lonely.stop();
  }
});

describe('when the row cannot be written', () => {
  test('because it comes too late, nothing is left, whatever froze the process in between', async () => {
    const slow = await startApi();
    try {
      // What the row's fence goes by; the upload's own time limit is another, and has not passed.
      Object.assign(slow.context.config, { uploadTimeoutMs: -86_400_000 });
      const { status, body } = await slow.upload({ headers: { 'Idempotency-Key': 'late' } });
      expect([status, body.error.code]).toEqual([408, 'upload_timeout']);
      expect(await storedFiles(slow)).toEqual([]);
      expect((await slow.ask('/api/v1/tasks')).body.data.tasks).toEqual([]);
    } finally {
      await slow.stop();
    }
  });

  test('the image goes, and the answer says that the database is away', async () => {
    const broken = await startApi();
    try {
      await broken.context.database.pool.query('alter table tasks rename to hidden');
      const refused = await broken.upload();
      expect([refused.status, refused.body.error.code]).toEqual([500, 'internal_error']);
      expect(await storedFiles(broken)).toEqual([]);
    } finally {
      await broken.stop();
    }
  });
});
