import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate } from '@ocrelay/db';
import pg from 'pg';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { uniqueImage } from '../../../test/support/images.ts';
import { proxyTo, type TcpProxy } from '../../../test/support/tcp-proxy.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { type ApiProcess, launchApi } from './support/api-process.ts';

let database: TestDatabase;
const running: ApiProcess[] = [];
const proxies: TcpProxy[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const api of running.splice(0)) await api.stop();
  for (const proxy of proxies.splice(0)) await proxy.cut();
});
afterAll(() => database.drop());

async function launch(databaseUrl = database.url, env: Record<string, string> = {}): Promise<ApiProcess> {
  const api = await launchApi(databaseUrl, env);
  running.push(api);
  return api;
}

const upload = (url: string, headers: Record<string, string> = {}) => {
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(uniqueImage())]), 'scan.png');
  return fetch(`${url}/api/v1/upload/image`, { method: 'POST', body, headers });
};

describe('starting', () => {
  test('without keys on an address that others reach is refused, with exit code 78 and the reason', async () => {
    const api = await launch(database.url, { HOST: '0.0.0.0' });
    expect(await api.exited).toBe(78);
    expect(api.logs()).toMatch(/^HOST: .*API_KEYS/);
  });

  test('brings what browsers load of packages, which lies outside of the compiled program', async () => {
    const url = await (await launch()).listening;
    for (const page of ['/admin/queues/', '/docs/']) {
      const html = await (await fetch(`${url}${page.replace('/docs/', '/docs')}`)).text();
      const scripts = [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"/g)].map(([, src]) => src ?? '');
      expect(scripts.length).toBeGreaterThan(1);
      for (const script of scripts) {
        const loaded = await fetch(new URL(script, `${url}${page}`));
        expect([script, loaded.status, loaded.headers.get('content-type')]).toEqual([
          script,
          200,
          expect.stringContaining('javascript'),
        ]);
      }
    }
  });

  test('where another program listens is refused, in a line that says so', async () => {
    const first = await launch();
    const { port } = new URL(await first.listening);
    const second = await launch(database.url, { PORT: port });
    expect(await second.exited).toBe(1);
    expect(second.logs()).toMatch(/^the API cannot start: .*EADDRINUSE/m);
  });

  test('waits for the tables, and says so', async () => {
    const empty = await createEmptyDatabase();
    try {
      const api = await launch(empty.url);
      await waitFor('the API to say that it waits', () => api.logs().includes('migrations are missing'));
      await migrate(empty.url);
      expect((await fetch(`${await api.listening}/healthz`)).status).toBe(200);
      await api.stop();
    } finally {
      await empty.drop();
    }
  });
});

describe('where tasks are known and no store is there', () => {
  test('none is made in its place: uploads are refused until its disk is mounted', async () => {
    await upload(await (await launch()).listening); // the database has a task
    const mountPoint = await mkdtemp(join(tmpdir(), 'ocrelay-mount-'));
    try {
      const api = await launch(database.url, { STORAGE_URL: pathToFileURL(mountPoint).href });
      const url = await api.listening;
      expect((await upload(url)).status).toBe(503);
      expect(await readdir(mountPoint)).toEqual([]);
      expect(api.logs()).toMatch(/no image store: is its disk mounted/);
      expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ error: { code: 'storage_unavailable' } });
      await mkdir(join(mountPoint, 'incoming')); // it is mounted
      expect((await upload(url)).status).toBe(201);
    } finally {
      await rm(mountPoint, { recursive: true });
    }
  });
});

describe('stopping', () => {
  test('finishes the upload in flight, refuses new connections, exits 0', async () => {
    const api = await launch();
    const url = await api.listening;
    const image = uniqueImage();
    const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="scan.png"\r\n\r\n';
    const tail = '\r\n--x--\r\n';
    const sent = request(`${url}/api/v1/upload/image`, {
      method: 'POST',
      headers: {
        'Content-Type': 'multipart/form-data; boundary=x',
        'Content-Length': head.length + image.length + tail.length,
      },
    });
    const answered = new Promise<number>((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
    });
    sent.write(Buffer.concat([Buffer.from(head), image.subarray(0, 20)]));
    // A request that came later was answered, so the server has the beginning of this one.
    await fetch(`${url}/healthz`);
    api.child.kill('SIGTERM');
    await waitFor('new connections to be refused', () =>
      fetch(`${url}/healthz`, { headers: { Connection: 'close' } }).then(
        () => false,
        () => true,
      ),
    );
    sent.end(Buffer.concat([image.subarray(20), Buffer.from(tail)]));
    expect(await answered).toBe(201);
    expect(await api.exited).toBe(0);
    expect(api.logs()).toContain('API stopped');
  });

  test('happens when its supervisor is gone', async () => {
    const api = await launch();
    await api.listening;
    api.child.disconnect();
    expect(await api.exited).toBe(0);
  });
});

test('while the database is away every route that needs it answers 503, and works again when it is back', async () => {
  const proxy = await proxyTo(database.url);
  proxies.push(proxy);
  const api = await launch(proxy.url);
  const url = await api.listening;
  expect((await upload(url)).status).toBe(201);
  await proxy.cut();
  const attempts = [
    () => fetch(`${url}/api/v1/tasks`),
    () => fetch(`${url}/api/v1/tasks/${randomUUID()}`),
    () => fetch(`${url}/api/v1/ocr/start/${randomUUID()}`, { method: 'POST' }),
    () => upload(url),
  ];
  for (const attempt of attempts) {
    const answer = await attempt();
    const body = (await answer.json()) as { error: { code: string } };
    expect([answer.status, body.error.code, answer.headers.get('Retry-After')]).toEqual([
      503,
      'database_unavailable',
      '5',
    ]);
  }
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await proxy.mend();
  await waitFor('the API to be ready', async () => (await fetch(`${url}/readyz`)).status === 200);
  expect((await upload(url)).status).toBe(201);
  expect(api.logs().match(/"dependency":"postgres"/g)?.length).toBe(1);
});

test('however many starts wait, it warns of no leak', async () => {
  const api = await launch(database.url, { START_WAIT_MS: '1000' });
  const url = await api.listening;
  const start = async () => {
    const { data } = (await (await upload(url)).json()) as { data: { task_id: string } };
    return (await fetch(`${url}/api/v1/ocr/start/${data.task_id}`, { method: 'POST' })).status;
  };
  const statuses = await Promise.all(Array.from({ length: 20 }, start));
  expect([...new Set(statuses)]).toEqual([202]);
  expect(api.logs()).not.toContain('MaxListenersExceededWarning');
});

test('no secret is ever logged, and every request has one line with its id', async () => {
  const key = `${randomUUID()}-the-key`;
  const token = 'ocr-token-nobody-may-see';
  const api = await launch(database.url, {
    API_KEYS: `someone:${key}`,
    OCR_TOKEN: token,
    LOG_LEVEL: 'trace',
    REDIS_URL: 'redis://user:redis-secret@127.0.0.1:9',
  });
  const url = await api.listening;
  const headers = { 'X-API-Key': key, 'X-Request-Id': 'seen-1' };
  expect((await upload(url, headers)).status).toBe(201);
  await fetch(`${url}/api/v1/tasks?api_key=${key}`, { headers: { Authorization: `Bearer ${key}` } });
  await fetch(`${url}/api/v1/tasks?x=${key}`, { headers: { Authorization: `Bearer wrong-${key}` } });
  await fetch(`${url}/docs`, { headers: { Authorization: `Basic ${Buffer.from(`a:${key}`).toString('base64')}` } });
  await fetch(`${url}/api/v1/ocr/health`, { headers: { ...headers, 'X-Request-Id': 'seen-2' } });
  await fetch(`${url}/readyz`);
  api.child.kill('SIGTERM');
  expect(await api.exited).toBe(0);
  const password = new URL(database.url).password;
  for (const secret of [key, token, 'redis-secret', Buffer.from(`a:${key}`).toString('base64'), `:${password}@`]) {
    expect(api.logs()).not.toContain(secret);
  }
  const lines = api
    .logs()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const requests = lines.filter((line) => line.msg === 'request');
  expect(requests.filter((line) => line.request_id === 'seen-1')).toEqual([
    expect.objectContaining({
      level: 'info',
      method: 'POST',
      path: '/api/v1/upload/image',
      status: 201,
      duration_ms: expect.any(Number),
      key_name: 'someone',
    }),
  ]);
  expect(lines.find((line) => line.msg === 'image accepted')).toMatchObject({
    request_id: 'seen-1',
    task_id: expect.any(String),
  });
  expect(requests.find((line) => line.path === '/readyz')).toMatchObject({ level: 'debug' });
});

test('the rows of an upload hold no key', async () => {
  const key = `${randomUUID()}-the-key`;
  const api = await launch(database.url, { API_KEYS: `someone:${key}` });
  expect((await upload(await api.listening, { 'X-API-Key': key, 'Idempotency-Key': 'once' })).status).toBe(201);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    'select row_to_json(t) as row from tasks t union all select row_to_json(k) from idempotency_keys k',
  );
  await client.end();
  expect(JSON.stringify(rows)).toContain('someone');
  expect(JSON.stringify(rows)).not.toContain(key);
});
