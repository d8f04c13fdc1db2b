import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '../../../test/support/wait-for.ts';
import { lookedAt } from '../src/backpressure/looked-at.ts';
import { type Answer, startApi, type TestApi } from './support/api.ts';

const apis: TestApi[] = [];
async function api(env: Record<string, string>): Promise<TestApi> {
  const started = await startApi(env);
  apis.push(started);
  return started;
}
afterEach(async () => {
  await Promise.all(apis.splice(0).map((started) => started.stop()));
});

const overloaded = (answer: Answer) => answer.body.error?.code === 'overloaded' && answer;
const NO_ROOM = { MIN_FREE_BYTES: String(2 ** 52) };

/** What comes back for the head of an upload whose body is never sent. */
async function answerToHead(to: TestApi, ...more: readonly string[]): Promise<string> {
  const socket = connect(to.port, '127.0.0.1');
  const lines = ['POST /api/v1/upload/image HTTP/1.1', 'Host: localhost', 'Content-Length: 900000', ...more];
  socket.write(`${lines.join('\r\n')}\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n`);
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return String(data);
}

describe('with as many tasks waiting as may', () => {
  test('uploads are refused until some of them went, and everything else is answered', async () => {
    const full = await api({ MAX_BACKLOG: '2' });
    const ids = [];
    for (let n = 0; n < 2; n += 1) ids.push((await full.upload({ start: true })).body.data.task_id);
    const refused = await waitFor('an upload to be refused', async () => overloaded(await full.upload()));
    expect([refused.status, refused.body.error.details]).toEqual([503, { reason: 'backlog' }]);
    expect(refused.headers.get('retry-after')).toBe('15');
    expect((await full.ask(`/api/v1/tasks/${ids[0]}`)).status).toBe(200);
    expect((await full.ask(`/api/v1/ocr/start/${ids[0]}`, { method: 'POST' })).status).toBe(202);

    await full.context.database.pool.query(
      `update tasks set status = 'cancelled', due_at = null, claimed_by = null where id = $1`,
      [ids[0]],
    );
    await waitFor('an upload to be taken', async () => (await full.upload()).status === 201);
  });
});

describe('with less room than there must be', () => {
  test('an upload is refused, in its language, and leaves nothing', async () => {
    const full = await api(NO_ROOM);
    const { status, body } = await full.upload({ headers: { 'Accept-Language': 'zh' } });
    expect([status, body.error]).toEqual([503, { code: 'overloaded', details: { reason: 'disk' } }]);
    expect(body.message).toBe('服务繁忙，暂时无法接收图片，请稍后重试');
    expect(await readdir(full.imagesFolder)).toEqual(['incoming']);
    expect(await readdir(`${full.imagesFolder}/incoming`)).toEqual([]);
    expect((await full.ask('/api/v1/tasks')).body.data.tasks).toEqual([]);
    expect((await full.ask('/readyz')).body.data).toMatchObject({
      status: 'degraded',
      troubles: expect.arrayContaining([expect.objectContaining({ dependency: 'intake', code: 'overloaded' })]),
    });
  });

  test('an upload is refused before its body is read', async () => {
    expect(await answerToHead(await api(NO_ROOM))).toMatch(/^HTTP\/1.1 503 /);
  });

  test('a client that asks first is not told to send its body', async () => {
    const answer = await answerToHead(await api(NO_ROOM), 'Expect: 100-continue');
    expect(answer).toMatch(/^HTTP\/1.1 503 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
  });

  test('and none of it asked for, uploads are taken', async () => {
    expect((await (await api({ MIN_FREE_BYTES: '0' })).upload()).status).toBe(201);
  });

  test('uploads are taken while nobody knows how much there is', async () => {
    const unknown = await api(NO_ROOM);
    unknown.context.images.freeBytes = () => Promise.reject(new Error('no statfs here'));
    expect((await unknown.upload()).status).toBe(201);
    unknown.context.images.freeBytes = async () => null;
    expect((await unknown.upload()).status).toBe(201);
  });
});

test('a client that asks first is told to send its body when it will be read', async () => {
  const well = await api({});
  expect(await answerToHead(well, 'Expect: 100-continue')).toMatch(/^HTTP\/1.1 100 Continue\r\n/);
});

describe('an answer that is kept', () => {
  /** A look whose answers, and a clock whose time, the test decides. */
  function given(tookMs = 0) {
    const it = { nowMs: 0, answer: 1 as number | Error, looks: 0 };
    const ask = lookedAt(
      async () => {
        it.looks += 1;
        it.nowMs += tookMs;
        if (it.answer instanceof Error) throw it.answer;
        return it.answer;
      },
      () => it.nowMs,
    );
    return Object.assign(it, { ask });
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  test('serves everybody for a second', async () => {
    const it = given();
    expect(await Promise.all([it.ask(), it.ask(), it.ask()])).toEqual([1, 1, 1]);
    it.nowMs = 999;
    await it.ask();
    expect(it.looks).toBe(1);
  });

  test('is renewed after that, and nobody waits for it', async () => {
    const it = given();
    await it.ask();
    it.answer = 2;
    it.nowMs = 1_000;
    expect(await it.ask()).toBe(1);
    await settled();
    expect(await it.ask()).toBe(2);
    expect(it.looks).toBe(2);
  });

  test('is waited for when the last one is too old to tell anything', async () => {
    const it = given();
    await it.ask();
    it.answer = 2;
    it.nowMs = 10_000;
    expect(await it.ask()).toBe(2);
  });

  test('is kept longer the dearer it was', async () => {
    const it = given(100);
    await it.ask();
    it.nowMs = 100 + 4_999;
    await it.ask();
    expect(it.looks).toBe(1);
    it.nowMs = 100 + 5_000;
    await it.ask();
    expect(it.looks).toBe(2);
  });

  test('is unknown after a look that failed, and not the one before', async () => {
    const it = given();
    await it.ask();
    it.answer = new Error('away');
    it.nowMs = 1_000;
    await it.ask();
    await settled();
    expect(await it.ask()).toBeNull();
  });
});
