import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKeyRing } from '../src/security/keys.ts';
import { isLoopbackHost } from '../src/security/origin.ts';
import { startApi, type TestApi } from './support/api.ts';

const KEY = `${'k'.repeat(31)}1`;
const OTHER = `${'k'.repeat(31)}2`;

/** `fetch` sets `Host` and `Origin` by itself; this sends what it is told. */
function send(
  api: TestApi,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: api.port, method, path, headers }, (res) => {
      let text = '';
      res.on('data', (data: Buffer) => {
        text += data.toString();
      });
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, code: text.startsWith('{') ? JSON.parse(text).error?.code : '' }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('without API keys', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.stop());

  test.each(['localhost', 'LOCALHOST:8000', 'api.localhost', '127.0.0.1', '127.1.2.3:80', '[::1]:8000'])(
    'Host %s is answered',
    async (host) => {
      expect((await send(api, 'GET', '/healthz', { Host: host })).status).toBe(200);
    },
  );

  test.each([
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    'evil.test:8000',
    '192.168.1.5',
    '[::2]',
    '127.0.0.1@evil.test',
  ])('Host %s is refused, on every route', async (host) => {
    for (const path of ['/healthz', '/docs', '/api/v1/tasks', '/admin/queues', '/nowhere']) {
      expect(await send(api, 'GET', path, { Host: host })).toEqual({ status: 403, code: 'forbidden_host' });
    }
  });

  test.each([
    [{ Origin: 'http://evil.test' }],
    [{ Origin: 'null' }],
    [{ Origin: 'http://localhost:1' }],
    [{ 'Sec-Fetch-Site': 'cross-site' }],
  ])('a POST with %j is refused', async (headers) => {
    const path = '/api/v1/upload/image';
    expect(await send(api, 'POST', path, headers as Record<string, string>)).toEqual({
      status: 403,
      code: 'forbidden_origin',
    });
    const board = '/admin/queues/api/queues/ocr-submit/retry/failed';
    expect((await send(api, 'PUT', board, headers as Record<string, string>)).code).toBe('forbidden_origin');
  });

  test('a POST of a page of its own, and of a program, goes through', async () => {
    const own = { Origin: `http://127.0.0.1:${api.port}`, 'Sec-Fetch-Site': 'same-origin' };
    expect((await send(api, 'POST', '/api/v1/upload/image', own)).code).toBe('file_missing');
    expect((await send(api, 'POST', '/api/v1/upload/image', {})).code).toBe('file_missing');
  });

  test('a GET from a foreign page goes through: it can change nothing, and the page cannot read it', async () => {
    const answer = await send(api, 'GET', '/api/v1/tasks', { 'Sec-Fetch-Site': 'cross-site' });
    expect(answer.status).toBe(200);
  });
});

describe('with API keys', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ API_KEYS: `first:${KEY},second:${OTHER}` });
  });
  afterAll(() => api.stop());

  const basic = (password: string) => ({
    Authorization: `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`,
  });

  test.each([
    '/api/v1/tasks',
    '/api/v1/ocr/health',
    '/nowhere',
    '/docs',
    '/docs/swagger-ui.css',
    '/Docs',
    '/DOCS/swagger-ui.css',
    '/OpenAPI.json',
    '/openapi.json',
    '/admin/queues',
    '/admin/queues/api/queues',
  ])('%s needs one', async (path) => {
    const { status, body, headers } = await api.ask(path);
    expect([status, body.error.code]).toEqual([401, 'unauthorized']);
    expect(headers.get('WWW-Authenticate')).toMatch(/^(Bearer|Basic) /);
  });

  test.each(['/healthz', '/readyz'])('%s needs none, whatever the Host', async (path) => {
    expect((await send(api, 'GET', path, { Host: '10.0.0.7' })).status).toBe(200);
  });

  test('every key is taken, as Bearer and as X-API-Key', async () => {
    for (const key of [KEY, OTHER]) {
      expect((await api.ask('/api/v1/tasks', { headers: { Authorization: `Bearer ${key}` } })).status).toBe(200);
      expect((await api.ask('/api/v1/tasks', { headers: { 'X-API-Key': key } })).status).toBe(200);
    }
  });

  test.each([KEY.slice(0, -1), `${KEY}x`, KEY.toUpperCase(), 'first', `first:${KEY}`])(
    'a key that is nearly right (%s) is not',
    async (key) => {
      expect((await api.ask('/api/v1/tasks', { headers: { 'X-API-Key': key } })).status).toBe(401);
    },
  );

  test("a key counts beside a bearer token that is somebody else's", async () => {
    const headers = { Authorization: 'Bearer of-a-proxy', 'X-API-Key': KEY };
    expect((await api.ask('/api/v1/tasks', { headers })).status).toBe(200);
  });

  test('HTTP Basic opens the pages that people look at, and nothing else', async () => {
    for (const path of ['/docs', '/openapi.json', '/admin/queues']) {
      expect((await api.ask(path, { headers: basic(KEY) })).status).toBe(200);
      expect((await api.ask(path, { headers: basic('x') })).status).toBe(401);
    }
    expect((await api.ask('/api/v1/tasks', { headers: basic(KEY) })).status).toBe(401);
  });

  test('a foreign page cannot use a password that the browser remembers', async () => {
    const path = '/admin/queues/api/queues/ocr-submit/retry/failed';
    const forged = await send(api, 'PUT', path, { ...basic(KEY), Origin: 'http://evil.test' });
    expect(forged).toEqual({ status: 403, code: 'forbidden_origin' });
  });

  test('the same Idempotency-Key of two API keys means two uploads', async () => {
    const headers = { 'Idempotency-Key': 'shared' };
    const one = await api.upload({ headers: { ...headers, 'X-API-Key': KEY } });
    const two = await api.upload({ headers: { ...headers, 'X-API-Key': OTHER } });
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body.data.task_id).not.toBe(two.body.data.task_id);
  });
});

test('a key is told by its whole value, however long what is presented', () => {
  const ring = createKeyRing([
    { name: 'a', key: KEY },
    { name: 'b', key: OTHER },
  ]);
  expect([ring.nameOf(KEY), ring.nameOf(OTHER), ring.nameOf(''), ring.nameOf('x'.repeat(100_000))]).toEqual([
    'a',
    'b',
    null,
    null,
  ]);
});

test('only names of this machine are loopback', () => {
  expect(isLoopbackHost(undefined)).toBe(false);
  expect(isLoopbackHost('localhost.')).toBe(true);
});

test('pages may load scripts from here only', async () => {
  const api = await startApi();
  try {
    const { headers } = await api.ask('/docs');
    expect(headers.get('Content-Security-Policy')).toContain("script-src 'self'");
    expect(headers.get('X-Powered-By')).toBeNull();
  } finally {
    await api.stop();
  }
});
