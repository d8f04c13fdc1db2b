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

  test('a wrong method is told which ones are right', async () => {
    const { headers } = await api.ask('/api/v1/upload/image');
    expect(headers.get('Allow')).toBe('POST');
    expect((await api.ask('/api/v1/tasks', { method: 'PUT' })).headers.get('Allow')).toBe('GET, HEAD');
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
