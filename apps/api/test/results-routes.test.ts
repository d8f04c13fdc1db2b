import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uniqueImage } from '../../../test/support/images.ts';
import { advance } from './support/advance.ts';
import { startApi, type TestApi } from './support/api.ts';

/** What no parse and print would give back: odd spaces, a number of many digits, escapes, a lone surrogate, a NUL. */
const RAW = Buffer.from(
  '\ufeff{ "final": {"status":"finished"},\n "n": 1.00000000000000000001, "s": "\\ud800\\u0000é" }\n',
);

let api: TestApi;
let done: string;
let image: Buffer;
beforeAll(async () => {
  api = await startApi();
  image = uniqueImage();
  done = (await api.upload({ start: true, image, name: '送货单 "1".png' })).body.data.task_id;
  await advance(api.context.database).done(done, RAW, '第一行\nline two\f');
});
afterAll(() => api.stop());

const bytes = async (path: string, init?: RequestInit) => {
  const response = await fetch(`${api.url}/api/v1/tasks/${done}${path}`, init);
  return { response, body: Buffer.from(await response.arrayBuffer()) };
};
const sha256 = (of: Buffer) => createHash('sha256').update(of).digest('hex');

describe('the raw result', () => {
  test('is what the OCR service sent, byte for byte', async () => {
    const { response, body } = await bytes('/result/raw');
    expect(body.equals(RAW)).toBe(true);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(response.headers.get('ETag')).toBe(`"${sha256(RAW)}"`);
  });

  test('is not sent again to who has it', async () => {
    const { response, body } = await bytes('/result/raw', { headers: { 'If-None-Match': `"${sha256(RAW)}"` } });
    expect([response.status, body.length]).toEqual([304, 0]);
  });

  test('of several pieces comes in one', async () => {
    const large = Buffer.from(JSON.stringify({ final: {}, filler: randomUUID().repeat(260_000) }));
    const id = (await api.upload({ start: true })).body.data.task_id;
    await advance(api.context.database).done(id, large);
    const response = await fetch(`${api.url}/api/v1/tasks/${id}/result/raw`);
    expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(large));
    const inEnvelope = await api.ask(`/api/v1/tasks/${id}/result`);
    expect(inEnvelope.body.data.result).toEqual(JSON.parse(large.toString()));
  });
});

test('the result holds the text and the JSON in the envelope', async () => {
  const { status, body } = await api.ask(`/api/v1/tasks/${done}/result`);
  expect(status).toBe(200);
  expect(body.data).toEqual({
    task_id: done,
    generation: 1,
    page_count: 1,
    size_bytes: RAW.length,
    sha256: sha256(RAW),
    created_at: expect.stringMatching(/Z$/),
    text: '第一行\nline two\f',
    result: JSON.parse(RAW.toString().slice(1)),
  });
});

test('the text is plain UTF-8', async () => {
  const { response, body } = await bytes('/text');
  expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
  expect(body.toString()).toBe('第一行\nline two\f');
});

test('the text is not sent again to who has it', async () => {
  const tag = (await bytes('/text')).response.headers.get('ETag') ?? '';
  const { response, body } = await bytes('/text', { headers: { 'If-None-Match': tag } });
  expect([response.status, body.length]).toEqual([304, 0]);
});

describe('the image', () => {
  test('comes back as it was, under its name', async () => {
    const { response, body } = await bytes('/image');
    expect(body.equals(image)).toBe(true);
    expect(response.headers.get('Content-Type')).toBe('image/png');
    expect(response.headers.get('Content-Length')).toBe(String(image.length));
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Content-Disposition')).toMatch(
      /^inline; filename="?[\da-f-]{36}\.\w+"?; filename\*=UTF-8''%E9%80%81/,
    );
  });

  test('is not sent again to who has it', async () => {
    const { response } = await bytes('/image', { headers: { 'If-None-Match': `"${sha256(image)}"` } });
    expect(response.status).toBe(304);
  });

  test('that the store has lost is image_missing, in the envelope', async () => {
    const { body } = await api.upload();
    await api.context.images.delete(body.data.image_path);
    const { status, body: failure } = await api.ask(`/api/v1/tasks/${body.data.task_id}/image`);
    expect([status, failure.error.code]).toEqual([404, 'image_missing']);
  });
});

describe.each(['/result', '/result/raw', '/text'])('%s', (path) => {
  test('is 409 while there is none, and says where the task stands', async () => {
    const { body } = await api.upload();
    const refused = await api.ask(`/api/v1/tasks/${body.data.task_id}${path}`);
    expect([refused.status, refused.body.error]).toEqual([
      409,
      { code: 'invalid_state', details: { status: 'uploaded' } },
    ]);
  });

  test('of no task is 404', async () => {
    expect((await api.ask(`/api/v1/tasks/${randomUUID()}${path}`)).body.error.code).toBe('task_not_found');
  });
});
