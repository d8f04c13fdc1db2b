import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { advance } from './support/advance.ts';
import { startApi, type TestApi } from './support/api.ts';

let api: TestApi;
const ids: string[] = [];
beforeAll(async () => {
  api = await startApi();
  for (let n = 0; n < 5; n += 1) ids.push((await api.upload({ start: n === 2 })).body.data.task_id);
});
afterAll(() => api.stop());

const idsOf = (tasks: { task_id: string }[]) => tasks.map((task) => task.task_id);

describe('the list of tasks', () => {
  test('is newest first', async () => {
    const { body } = await api.ask('/api/v1/tasks');
    expect(idsOf(body.data.tasks)).toEqual(ids.toReversed());
    expect(body.data.next_cursor).toBeNull();
  });

  test('goes on where a page ended, also when newer tasks came', async () => {
    const first = await api.ask('/api/v1/tasks?limit=2');
    const newer = (await api.upload()).body.data.task_id;
    const second = await api.ask(`/api/v1/tasks?limit=2&cursor=${first.body.data.next_cursor}`);
    const third = await api.ask(`/api/v1/tasks?limit=2&cursor=${second.body.data.next_cursor}`);
    const pages = [first, second, third].flatMap(({ body }) => idsOf(body.data.tasks));
    expect(pages).toEqual(ids.toReversed());
    expect(third.body.data.next_cursor).toBeNull();
    expect(pages).not.toContain(newer);
  });

  test('can be of one status', async () => {
    const { body } = await api.ask('/api/v1/tasks?status=queued');
    expect(idsOf(body.data.tasks)).toEqual([ids[2]]);
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'status=lost', 'limit=1&limit=2'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await api.ask(`/api/v1/tasks?${query}`);
      expect([status, body.error.code]).toEqual([400, 'invalid_request']);
      expect(body.error.details[0]).toEqual({ parameter: expect.any(String), reason: expect.any(String) });
    },
  );

  test('refuses a cursor that it did not give', async () => {
    const { status, body } = await api.ask('/api/v1/tasks?cursor=abc');
    expect([status, body.error.code]).toEqual([400, 'invalid_cursor']);
  });
});

describe('the timeline', () => {
  test('comes in pages, oldest first', async () => {
    const id = (await api.upload({ start: true })).body.data.task_id;
    await advance(api.context.database).submitted(id);
    const first = await api.ask(`/api/v1/tasks/${id}/events?limit=2`);
    const second = await api.ask(`/api/v1/tasks/${id}/events?limit=2&after=${first.body.data.next_after}`);
    const types = [first, second].flatMap(({ body }) => body.data.events.map((event: { type: string }) => event.type));
    expect(types).toEqual(['uploaded', 'queued', 'submitted']);
    expect(second.body.data.next_after).toBeNull();
  });

  test('of no task is 404', async () => {
    expect((await api.ask(`/api/v1/tasks/${randomUUID()}/events`)).body.error.code).toBe('task_not_found');
  });
});

describe('a task', () => {
  test('shows the OCR job from the moment that it is processed', async () => {
    const id = (await api.upload({ start: true })).body.data.task_id;
    await advance(api.context.database).submitted(id, 'job-1');
    const { body } = await api.ask(`/api/v1/tasks/${id}`);
    expect(body.data).toMatchObject({ status: 'ocr_processing', stage: 'poll', ocr_job_id: 'job-1', submissions: 1 });
  });

  test('that was not found, and an id that is none, are told apart', async () => {
    expect((await api.ask(`/api/v1/tasks/${randomUUID()}`)).status).toBe(404);
    expect((await api.ask('/api/v1/tasks/7')).body.error.code).toBe('invalid_id');
  });
});
