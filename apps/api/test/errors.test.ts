import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** Sends bytes as they are, and gives back what comes until the connection ends. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(api.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data: Buffer) => {
    answer += data.toString();
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));

describe('every failure is the envelope with a stable code', () => {
  test.each([
    ['GET', '/nowhere', 404, 'route_not_found'],
    ['GET', '/api/v1/tasks/%ff', 400, 'invalid_request'],
    ['DELETE', '/api/v1/tasks', 405, 'method_not_allowed'],
    ['GET', '/api/v1/upload/image', 405, 'method_not_allowed'],
    ['POST', '/healthz', 405, 'method_not_allowed'],
    ['POST', '/docs', 405, 'method_not_allowed'],
    ['POST', '/docs/start.js', 405, 'method_not_allowed'],
    ['PUT', '/docs/swagger-ui.css', 405, 'method_not_allowed'],
    ['GET', '/docs/nothing.css', 404, 'route_not_found'],
    ['POST', '/docs/nothing.css', 404, 'route_not_found'],
    ['POST', '/api/v1/upload/image', 400, 'file_missing'],
  ])('%s %s: %i %s', async (method, path, status, code) => {
    const answer = await api.ask(path, { method });
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
    expect(answer.body).toEqual({
      success: false,
      message: expect.any(String),
      data: null,
      error: { code, details: answer.body.error.details },
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.[tj]s:\d+/);
    expect(answer.headers.get('X-Request-Id')).toMatch(/./);
  });

  test('with a message in Chinese for who prefers it, which quotes what the code does not tell', async () => {
    const inChinese = async (path: string, method = 'GET') =>
      (await api.ask(path, { method, headers: { 'Accept-Language': 'zh-CN,en;q=0.5' } })).body;
    expect((await inChinese('/api/v1/tasks/x')).message).toBe('任务编号无效，应为上传时返回的 UUID');
    expect((await inChinese('/api/v1/tasks?limit=$&')).message).toBe('请求无效：limit: must be 1 to 200');
    expect((await inChinese('/$&')).message).toBe('接口不存在：there is no GET /$&; see /docs for what there is');
    expect(await inChinese('/api/v1/upload/image', 'POST')).toMatchObject({
      message: expect.stringMatching(/^请求中没有文件：there is no file/),
      error: { code: 'file_missing' },
    });
    expect((await api.ask('/api/v1/tasks/x')).body.message).toMatch(/^[ -~]+$/);
  });

  test('a wrong method is told which ones are right', async () => {
    const { headers } = await api.ask('/api/v1/upload/image');
    expect(headers.get('Allow')).toBe('POST');
    for (const path of ['/api/v1/tasks', '/docs/swagger-ui.css']) {
      expect((await api.ask(path, { method: 'PUT' })).headers.get('Allow')).toBe('GET, HEAD');
    }
  });

  test('multipart that breaks off', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
    const answer = await api.ask('/api/v1/upload/image', { method: 'POST', headers, body: '--x\r\nContent-Disp' });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'malformed_multipart']);
  });

  test('a URL that is too long', async () => {
    const answer = await raw(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(bodyOf(answer).error.code).toBe('headers_too_large');
  });

  test('what is no HTTP', async () => {
    const answer = await raw('hello\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(bodyOf(answer).error.code).toBe('invalid_request');
  });

  test('CONNECT, and the connection ends', async () => {
    const answer = await raw('CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/);
    expect(answer).toContain('\r\nAllow: GET, HEAD, POST\r\n');
    expect(bodyOf(answer)).toMatchObject({ success: false, data: null, error: { code: 'method_not_allowed' } });
  });

  test('a CONNECT behind a request that still waits gets no answer that could pass for that one', async () => {
    const list = 'GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\n\r\n';
    expect(await raw(`${list}CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n`)).not.toContain('method_not_allowed');
  });

  test('what nobody foresaw, without its message', async () => {
    const broken = await startApi();
    try {
      await broken.context.database.pool.query('alter table tasks rename to hidden');
      const { status, body } = await broken.ask('/api/v1/tasks');
      expect([status, body.error.code]).toEqual([500, 'internal_error']);
      expect(JSON.stringify(body)).not.toMatch(/hidden|relation|select/);
    } finally {
      await broken.stop();
    }
  });
});

describe('an offer to upgrade is passed over, and the request answered', () => {
  test.each([
    ['websocket', 'GET /healthz HTTP/1.1\r\n', '', 200],
    ['h2c', 'GET /nowhere HTTP/1.1\r\n', '', 404],
    ['h2c', 'POST /api/v1/upload/image HTTP/1.1\r\nContent-Length: 5\r\n', 'bytes', 400],
  ])('%s: %j', async (protocol, head, body, status) => {
    const offer = `Host: localhost\r\nUpgrade: ${protocol}\r\nConnection: Upgrade, close\r\n\r\n`;
    const answer = await raw(`${head}${offer}${body}`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(bodyOf(answer).success).toBe(status === 200);
  });
});

describe('the request id', () => {
  test('is taken over when it is sane', async () => {
    const { headers } = await api.ask('/healthz', { headers: { 'X-Request-Id': 'abc-1' } });
    expect(headers.get('X-Request-Id')).toBe('abc-1');
  });

  test('is made when it could forge a log line', async () => {
    const { headers } = await api.ask('/healthz', { headers: { 'X-Request-Id': 'a "b" {c}' } });
    expect(headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
