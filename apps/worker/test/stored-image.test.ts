import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readlink, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ImageFile } from '@ocrelay/ocr';
import { type ImageStore, imageKey } from '@ocrelay/storage';
import { makeImageStore } from '../../../test/support/image-store.ts';
import { faultOfImage, imageToSubmit, verified } from '../src/stages/stored-image.ts';

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31) % 251));
const ROW = { sizeBytes: BYTES.length, sha256: createHash('sha256').update(BYTES).digest('hex') };
const KEY = imageKey('one', new Date(0), 'png');

let folder = '';
let images: ImageStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ocrelay-stored-'));
  images = await makeImageStore(pathToFileURL(folder).href);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const chunksOf = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));

/** What of it gets through, and how it ends. */
async function through(bytes: Buffer, chunkBytes = 64 * 1024) {
  const sent: Buffer[] = [];
  const stream = verified(Readable.from(chunksOf(bytes, chunkBytes)), ROW);
  try {
    for await (const chunk of stream) sent.push(chunk);
    return { sent: Buffer.concat(sent), error: null };
  } catch (error) {
    return { sent: Buffer.concat(sent), error };
  }
}

describe('the image that is sent', () => {
  test.each([4_096, 64 * 1024, 300_000])('is the one that was uploaded, in chunks of %i bytes', async (size) => {
    const { sent, error } = await through(BYTES, size);
    expect(error).toBeNull();
    expect(sent.equals(BYTES)).toBe(true);
  });

  test.each<[string, Buffer]>([
    ['with one bit turned at its beginning', Buffer.concat([Buffer.from([1]), BYTES.subarray(1)])],
    ['with one bit turned at its end', Buffer.concat([BYTES.subarray(0, -1), Buffer.from([77])])],
    ['that ends early', BYTES.subarray(0, -1)],
    ['that goes on', Buffer.concat([BYTES, Buffer.from('x')])],
    ['that is empty', Buffer.alloc(0)],
  ])('never goes out whole %s', async (_what, bytes) => {
    const { sent, error } = await through(bytes);
    expect(sent.length).toBeLessThan(BYTES.length);
    expect(await faultOfImage(images, error)).toMatchObject({ reaction: 'give_up', code: 'image_corrupt' });
  });

  test('that cannot be read is waited for', async () => {
    const broken = new Readable({ read: () => undefined });
    const reading = buffer(verified(broken, ROW)).catch((error: unknown) => error);
    broken.destroy(Object.assign(new Error('EIO'), { code: 'EIO' }));
    expect(await faultOfImage(images, await reading)).toMatchObject({ reaction: 'wait', code: 'storage_unavailable' });
  });
});

describe.each([
  ['an image in the store', BYTES],
  ['a small image in the store', BYTES.subarray(0, 10_000)],
])('%s', (_size, bytes) => {
  const row = {
    imagePath: KEY,
    originalFilename: null,
    contentType: 'image/png',
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const opened = async () => {
    const pending = images.create();
    await pending.write(bytes);
    await pending.commit(KEY);
    return imageToSubmit(images, row);
  };
  /** What is sent of it. */
  const sent = async (file: ImageFile) => {
    const content = await file.open();
    return Buffer.isBuffer(content) ? content : buffer(content);
  };
  const openHandles = async () => {
    const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
    return (await Promise.all(links)).filter((target) => target.startsWith(folder)).length;
  };
  const isLinux = process.platform === 'linux';

  test('is opened as it is', async () => {
    const file = await opened();
    expect(file).toMatchObject({ filename: 'one.png', contentType: 'image/png', sizeBytes: bytes.length });
    expect((await sent(file)).equals(bytes)).toBe(true);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['is shorter', (path) => truncate(path, 10)],
    ['is longer', (path) => appendFile(path, 'x')],
  ])('that %s is not even begun', async (_what, alter) => {
    const file = await opened();
    await alter(join(folder, KEY));
    const error = await file.open().catch((thrown: unknown) => thrown);
    expect(await faultOfImage(images, error)).toMatchObject({ code: 'image_corrupt' });
  });

  test('with other bytes never goes out whole', async () => {
    const file = await opened();
    await writeFile(join(folder, KEY), Buffer.alloc(bytes.length));
    const error = await sent(file).catch((thrown: unknown) => thrown);
    expect(await faultOfImage(images, error)).toMatchObject({ code: 'image_corrupt' });
  });

  test('that is missing gives the task up', async () => {
    const file = await opened();
    await images.delete(KEY);
    const error = await file.open().catch((thrown: unknown) => thrown);
    expect(await faultOfImage(images, error)).toMatchObject({ reaction: 'give_up', code: 'image_missing' });
  });

  test('that is missing with everything else is waited for: the disk is not mounted', async () => {
    const elsewhere = await mkdtemp(join(folder, 'unmounted-'));
    const store = await makeImageStore(pathToFileURL(elsewhere).href);
    await rm(elsewhere, { recursive: true });
    const error = await imageToSubmit(store, row)
      .open()
      .catch((thrown: unknown) => thrown);
    expect(await faultOfImage(store, error)).toMatchObject({ reaction: 'wait', code: 'storage_unavailable' });
  });

  test('that was looked for when the disk was not mounted is waited for, also when the disk is back since', async () => {
    const file = await opened();
    await rename(folder, `${folder}-away`);
    const error = await file.open().catch((thrown: unknown) => thrown);
    await rename(`${folder}-away`, folder);
    expect(await faultOfImage(images, error)).toMatchObject({ reaction: 'wait', code: 'storage_unavailable' });
    expect((await sent(file)).equals(bytes)).toBe(true);
  });

  (isLinux ? test : test.skip)('is closed when the request ends before a byte was taken', async () => {
    const content = await (await opened()).open();
    if (!Buffer.isBuffer(content)) content.destroy();
    while ((await openHandles()) > 0) await new Promise((resolve) => setImmediate(resolve));
    await writeFile(join(folder, KEY), 'other');
  });
});

test('an error that is not the image’s is nobody’s fault here', async () => {
  expect(await faultOfImage(images, new Error('another'))).toBeNull();
});
