import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FakeOcr, OFFERS_CANCEL, startFakeOcr } from '../../../test/support/ocr-server/index.ts';
import { createReadiness, type ReadinessParts } from '../src/readiness/readiness.ts';
import { startApi, type TestApi } from './support/api.ts';

describe('/api/v1/ocr/health', () => {
  let api: TestApi;
  let ocr: FakeOcr;
  beforeAll(async () => {
    ocr = await startFakeOcr();
    api = await startApi({ OCR_BASE_URL: ocr.url });
  });
  afterAll(async () => {
    await api.stop();
    await ocr.close();
  });
  const zh = { headers: { 'Accept-Language': 'zh' } };

  test('tells what the service says of itself, in the language asked for', async () => {
    const { status, body } = await api.ask('/api/v1/ocr/health', zh);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      message: 'OCR 服务正常',
      data: { healthy: true, service_info: { ok: true } },
    });
    expect(Object.keys(body.data.service_info).sort()).toEqual(['ok', 'queue_len', 'worker_alive']);
  });

  test('keeps what the service offers to programs to itself', async () => {
    ocr.script({ health: OFFERS_CANCEL });
    const { body } = await api.ask('/api/v1/ocr/health');
    expect(Object.keys(body.data.service_info).sort()).toEqual(['ok', 'queue_len', 'worker_alive']);
  });

  test('is 503 while the service is away, with the reason', async () => {
    await ocr.kill();
    const { status, body } = await api.ask('/api/v1/ocr/health', zh);
    await ocr.revive();
    expect(status).toBe(503);
    expect(body).toMatchObject({
      success: false,
      message: 'OCR 服务异常',
      data: { healthy: false, service_info: null },
      error: { code: 'ocr_unavailable' },
    });
  });
});

/** Parts that are all well, and count how often they are asked. */
function parts(trouble: Partial<ReadinessParts> = {}) {
  const asked = { times: 0 };
  const well = async () => {
    asked.times += 1;
  };
  return {
    asked,
    parts: {
      database: { pool: { query: well } },
      images: { checkWritable: well },
      queues: { ping: well },
      ocr: { healthCheck: async () => ({ ok: true, value: { ok: true } }) },
      ocrStanding: async () => null,
      overload: { reason: async () => null },
      draining: new AbortController().signal,
      ...trouble,
    } as unknown as ReadinessParts,
  };
}
const broken = () => Promise.reject(new Error('postgres://user:secret@host is away'));

describe('readiness', () => {
  test('is whole when all is well', async () => {
    expect(await createReadiness(parts().parts).now()).toEqual({ ready: true, troubles: [] });
  });

  test.each([
    ['database', { database: { pool: { query: broken } } }],
    ['storage', { images: { checkWritable: broken } }],
  ])('ends with the %s: no upload could be taken', async (dependency, trouble) => {
    const standing = await createReadiness(parts(trouble as unknown as Partial<ReadinessParts>).parts).now();
    expect(standing).toMatchObject({ ready: false, troubles: [{ dependency }] });
    expect(JSON.stringify(standing)).not.toContain('secret');
  });

  test.each([
    ['queue', { queues: { ping: broken } }],
    ['ocr', { ocr: { healthCheck: broken } }],
    ['intake', { overload: { reason: async () => 'backlog' } }],
  ])('is kept in trouble with the %s, and says so', async (dependency, trouble) => {
    const standing = await createReadiness(parts(trouble as unknown as Partial<ReadinessParts>).parts).now();
    expect(standing).toMatchObject({ ready: true, troubles: [{ dependency }] });
  });

  test('ends when the server stops, whatever was seen before', async () => {
    const stopping = new AbortController();
    const readiness = createReadiness(parts({ draining: stopping.signal }).parts);
    expect((await readiness.now()).ready).toBe(true);
    stopping.abort();
    expect(await readiness.now()).toMatchObject({ ready: false, troubles: [{ code: 'shutting_down' }] });
  });

  test('looks once for everybody who asks at the same time', async () => {
    const { asked, parts: all } = parts();
    const readiness = createReadiness(all);
    await Promise.all(Array.from({ length: 100 }, () => readiness.now()));
    expect(asked.times).toBe(3);
  });
});

test('/readyz is 200 and degraded while the OCR service and the queue are away', async () => {
  const api = await startApi({ REDIS_URL: 'redis://127.0.0.1:9' });
  try {
    const { status, body } = await api.ask('/readyz');
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ status: 'degraded', degraded: true });
    expect(body.data.troubles.map((one: { dependency: string }) => one.dependency)).toEqual(['queue', 'ocr']);
    api.context.drain();
    const stopping = await api.ask('/readyz');
    expect([stopping.status, stopping.body.error.code]).toEqual([503, 'shutting_down']);
  } finally {
    await api.stop();
  }
});
