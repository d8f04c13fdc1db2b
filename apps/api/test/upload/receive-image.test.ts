import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { StorageError, StorageFullError } from '@ocrelay/storage';
import { picture, samples } from './sample-images.ts';
import { serversOfTests, type UploadServer } from './upload-server.ts';

const SAMPLES = await samples();
const PNG = await picture().png().toBuffer();
const server = serversOfTests();

function form(bytes: Buffer, { name = 'scan.png', type = 'image/png', field = 'file' } = {}): FormData {
  const body = new FormData();
  body.set(field, new Blob([new Uint8Array(bytes)], { type }), name);
  return body;
}

async function post(to: UploadServer, body: FormData | string, headers: Record<string, string> = {}) {
  const answer = await fetch(to.url, { method: 'POST', body, headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}

/** A request as raw bytes: head and a body of one file. */
function raw(bytes: Buffer, { filename = 'scan.png' } = {}): { head: Buffer; body: Buffer } {
  const part = `--b\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: image/png\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(part), bytes, Buffer.from('\r\n--b--\r\n')]);
  const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n`;
  return { head: Buffer.from(head), body };
}

describe('a good image', () => {
  test.each(Object.entries(SAMPLES))('%s is taken for what it is', async (_name, { contentType, bytes }) => {
    const to = await server();
    const { status, body } = await post(to, form(bytes, { name: 'report.pdf', type: 'application/pdf' }));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      contentType,
      sizeBytes: bytes.length,
      width: 120,
      height: 80,
      originalFilename: 'report.pdf',
    });
    expect(body['sha256']).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(await to.files()).toEqual([`image-1.${body['extension']}`]);
  });

  test.each([
    ['送货单.png', '送货单.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\scans\\a.png', 'a.png'],
    ['a\u202egnp.exe', 'agnp.exe'],
    [`${'长'.repeat(300)}.png`, '长'.repeat(255)],
  ])('the name %j is kept as %j', async (name, kept) => {
    const { body } = await post(await server(), form(PNG, { name }));
    expect(body['originalFilename']).toBe(kept);
  });
});

describe('a refused upload is named, and leaves nothing', () => {
  test.each([
    ['an HTML page named .png', form(Buffer.from('<!doctype html><title>no</title>')), 415, 'unsupported_media_type'],
    ['an empty file', form(Buffer.alloc(0)), 422, 'file_empty'],
    ['a few bytes', form(Buffer.from('BM')), 415, 'unsupported_media_type'],
    ['half an image', form(PNG.subarray(0, PNG.length / 2)), 422, 'image_corrupt'],
    ['a file that is too large', form(Buffer.concat([PNG, Buffer.alloc(1_000_000)])), 413, 'file_too_large'],
    ['a file by far too large', form(Buffer.concat([PNG, Buffer.alloc(5_000_000)])), 413, 'file_too_large'],
    ['another field', form(PNG, { field: 'image' }), 400, 'unexpected_field'],
    ['no file', new FormData(), 400, 'file_missing'],
  ])('%s', async (_name, body, status, code) => {
    const to = await server();
    expect(await post(to, body)).toMatchObject({ status, body: { code } });
    expect(await to.files()).toEqual([]);
    expect(await to.openHandles()).toBe(0);
  });

  test('two files', async () => {
    const to = await server();
    const body = form(PNG);
    body.append('file', new Blob([new Uint8Array(PNG)]), 'two.png');
    expect(await post(to, body)).toMatchObject({ status: 400, body: { code: 'unexpected_field' } });
    expect(await to.files()).toEqual([]);
  });

  test('a body that is not multipart, with how to send one', async () => {
    const { status, body } = await post(await server(), '{}', { 'Content-Type': 'application/json' });
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'file_missing' });
    expect(body['message']).toContain('curl -F file=@scan.png');
  });

  test.each([
    ['no boundary', 'multipart/form-data', 'x'],
    [
      'no end',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc',
    ],
    ['nothing', 'multipart/form-data; boundary=b', ''],
  ])('multipart with %s', async (_name, type, text) => {
    const to = await server();
    expect((await post(to, text, { 'Content-Type': type })).body).toMatchObject({ code: 'malformed_multipart' });
    expect(await to.files()).toEqual([]);
  });

  test('an upload that takes too long', async () => {
    const to = await server({ uploadTimeoutMs: 100 });
    const socket = connect(to.port, '127.0.0.1');
    const { head, body } = raw(PNG);
    socket.write(Buffer.concat([head, body.subarray(0, 300)]));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toContain('408 Request Timeout');
    socket.destroy();
    expect(await to.files()).toEqual([]);
    expect(await to.openHandles()).toBe(0);
  });

  test('an upload whose client left before it was looked at is not waited for', async () => {
    const to = await server({ uploadTimeoutMs: 600_000, first: (res) => once(res, 'close') });
    const socket = connect(to.port, '127.0.0.1');
    const { head, body } = raw(PNG);
    socket.write(Buffer.concat([head, body.subarray(0, 300)]));
    await until(() => to.underWay() === 1);
    socket.destroy();
    await until(() => to.underWay() === 0);
    expect(await to.files()).toEqual([]);
  });

  test.each([
    [507, 'storage_full', new StorageFullError('full')],
    [503, 'storage_unavailable', new StorageError('gone')],
  ])('%i when the store says %s', async (status, code, error) => {
    const write = () => Promise.reject(error);
    const to = await server({ store: (files) => ({ ...files, create: () => ({ ...files.create(), write }) }) });
    expect(await post(to, form(PNG))).toMatchObject({ status, body: { code } });
  });

  test('a store that fails in the middle', async () => {
    const to = await server({
      store: (files) => ({
        ...files,
        create() {
          const pending = files.create();
          const write = pending.write.bind(pending);
          pending.write = (chunk) =>
            pending.sizeBytes > 300_000 ? Promise.reject(new StorageFullError('full')) : write(chunk);
          return pending;
        },
      }),
    });
    expect(await post(to, form(Buffer.concat([PNG, Buffer.alloc(600_000)])))).toMatchObject({ status: 507 });
    expect(await to.files()).toEqual([]);
    expect(await to.openHandles()).toBe(0);
  });
});

test('50 uploads aborted at random bytes leave no file and no handle', async () => {
  const to = await server();
  const { head, body } = raw(Buffer.concat([PNG, Buffer.alloc(600_000)]));
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      const socket = connect(to.port, '127.0.0.1');
      await once(socket, 'connect');
      const sent = Buffer.concat([head, body.subarray(0, Math.floor(Math.random() * (body.length - 1)))]);
      await new Promise<void>((resolve) => socket.write(sent, () => resolve()));
      socket.resetAndDestroy();
    }),
  );
  const answer = await post(to, form(PNG)); // so that all that came before was accepted
  expect(answer.status).toBe(200);
  await until(() => to.underWay() === 0);
  expect(await to.files()).toEqual(['image-1.png']);
  expect(await to.openHandles()).toBe(0);
});

test('a slow store slows the socket', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const to = await server({
    maxUploadBytes: 40_000_000,
    store: (files) => ({
      ...files,
      create() {
        const pending = files.create();
        const write = pending.write.bind(pending);
        pending.write = async (chunk) => {
          await held;
          await write(chunk);
        };
        return pending;
      },
    }),
  });
  const { head, body } = raw(Buffer.concat([PNG, Buffer.alloc(30_000_000)]));
  const socket = connect(to.port, '127.0.0.1');
  socket.write(head);
  let isAllSent = false;
  socket.write(body, () => {
    isAllSent = true;
  });
  const started = Date.now();
  await until(() => Date.now() - started > 500);
  expect(isAllSent).toBe(false);
  release();
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(String(answer)).toContain('200 OK');
  socket.destroy();
}, 30_000);
