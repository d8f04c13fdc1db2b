import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { ImageMissingError, type ImageStore, imageKey, isReallyMissing, StorageError } from '../src/index.ts';

let images = 0;
/** A key that no other test uses. */
function newKey(): string {
  images += 1;
  return imageKey(`image-${images}`, new Date('2026-11-24T23:59:59Z'), 'png');
}

/** More than any store keeps in memory until the commit. */
const LARGE = Buffer.alloc(400_000, 'large');

/** What every image store promises. `open` gives a store that is new for each test. */
export function keepsItsPromises(open: () => Promise<ImageStore>): void {
  test.each([
    ['small', [70_000, 130_000]],
    ['large', [70_000, 130_000, 130_000, 70_000]],
    ['large at once', [400_000]],
  ])('a committed image reads back byte for byte: %s', async (_, pieces) => {
    const store = await open();
    const pending = store.create();
    const bytes = Buffer.from(
      Array.from({ length: pieces.reduce((sum, size) => sum + size) }, (_byte, at) => at % 251),
    );
    for (const size of pieces) {
      const from = pending.sizeBytes;
      await pending.write(bytes.subarray(from, from + size));
      expect((await pending.read(from, size + 20)).equals(bytes.subarray(from, from + size))).toBe(true);
    }
    expect(pending.sizeBytes).toBe(bytes.length);
    const key = newKey();
    await pending.commit(key);
    const image = await store.open(key);
    expect(image.sizeBytes).toBe(bytes.length);
    expect((await buffer(image.stream)).equals(bytes)).toBe(true);
    expect((await store.read(key, bytes.length + 1)).equals(bytes)).toBe(true);
    expect((await store.read(key, 70_001)).equals(bytes.subarray(0, 70_001))).toBe(true);
  });

  test('nothing is there before the commit', async () => {
    const store = await open();
    const pending = store.create();
    await pending.write(Buffer.from('half'));
    const key = newKey();
    await expect(store.open(key)).rejects.toBeInstanceOf(ImageMissingError);
    await expect(store.read(key, 10)).rejects.toBeInstanceOf(ImageMissingError);
    await pending.discard();
  });

  test('what was written can be read at any offset before the commit', async () => {
    const store = await open();
    const pending = store.create();
    await pending.write(Buffer.from('0123456789'));
    expect(String(await pending.read(4, 3))).toBe('456');
    expect(String(await pending.read(8, 100))).toBe('89');
    expect(await pending.read(50, 10)).toHaveLength(0);
    await pending.discard();
  });

  test('images at once and one after another have nothing of each other', async () => {
    const store = await open();
    const images = Array.from({ length: 60 }, (_image, at) => Buffer.alloc(200_000 - at, at));
    const read: Buffer[] = [];
    const endings: Promise<unknown>[] = [];
    const keys = images.map((_image, at) => (at % 3 === 0 ? null : newKey()));
    for (const [at, bytes] of images.entries()) {
      const pending = store.create();
      await pending.write(bytes);
      read.push(await pending.read(0, bytes.length + 1));
      const key = keys[at] ?? null;
      endings.push(key === null ? pending.discard() : pending.commit(key));
      await setImmediate(); // some of what is under way ends, some does not
    }
    await Promise.all(endings);
    for (const [at, bytes] of images.entries()) {
      const key = keys[at] ?? null;
      if (key !== null) expect((await store.read(key, bytes.length + 1)).equals(bytes)).toBe(true);
      expect(read[at]?.equals(bytes)).toBe(true);
    }
  });

  test('a discard may be repeated, may come during a write, and ends all use', async () => {
    const store = await open();
    const pending = store.create();
    const writing = pending.write(Buffer.alloc(1_000_000));
    await Promise.all([pending.discard(), pending.discard(), writing]);
    await pending.discard();
    await expect(pending.write(Buffer.from('more'))).rejects.toBeInstanceOf(StorageError);
    await expect(pending.commit(newKey())).rejects.toBeInstanceOf(StorageError);
  });

  test('a discard after the commit leaves the image', async () => {
    const store = await open();
    const pending = store.create();
    await pending.write(Buffer.from('kept'));
    const key = newKey();
    await pending.commit(key);
    await pending.discard();
    expect(String(await buffer((await store.open(key)).stream))).toBe('kept');
  });

  test('a deleted image is missing, and deleting it again is fine', async () => {
    const store = await open();
    const pending = store.create();
    const key = newKey();
    await pending.commit(key);
    await store.delete(key);
    await store.delete(key);
    await expect(store.open(key)).rejects.toBeInstanceOf(ImageMissingError);
  });

  test.each([
    '../secret',
    '/etc/passwd',
    'images/../../secret',
    'images/a/..',
    'images//a',
    'incoming/a',
    'images/a\0',
    '',
  ])('the key %j is refused everywhere', async (key) => {
    const store = await open();
    await expect(store.open(key)).rejects.toThrow('not an image key');
    await expect(store.delete(key)).rejects.toThrow('not an image key');
    const pending = store.create();
    await expect(pending.commit(key)).rejects.toThrow('not an image key');
    await pending.discard();
  });

  test('an abort destroys the stream of an open image', async () => {
    const store = await open();
    const pending = store.create();
    await pending.write(Buffer.alloc(1_000_000));
    const key = newKey();
    await pending.commit(key);
    const leaving = new AbortController();
    const { stream } = await store.open(key, leaving.signal);
    leaving.abort();
    await expect(buffer(stream)).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('all committed images are listed, and none that is being written', async () => {
    const store = await open();
    const keys = [newKey(), newKey(), imageKey('another-day', new Date('2025-01-01T00:00:00Z'), 'jpg')];
    for (const key of keys) await store.create().commit(key);
    const pending = store.create();
    await pending.write(LARGE);
    const listed: string[] = [];
    for await (const key of store.list()) listed.push(key);
    expect(listed.sort()).toEqual(keys.sort());
    await pending.discard();
  });

  test('a store without images lists none', async () => {
    for await (const key of (await open()).list()) throw new Error(`there is ${key}`);
  });

  test('a listing may end early', async () => {
    const store = await open();
    for (let n = 0; n < 3; n += 1) await store.create().commit(newKey());
    for await (const key of store.list()) {
      expect(key).toMatch(/^images\//);
      break;
    }
  });

  test('an image that is written to is not abandoned', async () => {
    const store = await open();
    const pending = store.create();
    await pending.write(LARGE);
    expect(await store.dropAbandoned(600_000, 100)).toBe(0);
    const key = newKey();
    await pending.commit(key);
    expect((await buffer((await store.open(key)).stream)).equals(LARGE)).toBe(true);
  });

  test('what is abandoned goes, a bounded number at a time, and can never be committed', async () => {
    const store = await open();
    const pending = [store.create(), store.create(), store.create()];
    for (const image of pending) await image.write(LARGE);
    // Everything is unwritten for more than minus a minute.
    expect(await store.dropAbandoned(-60_000, 2)).toBe(2);
    expect(await store.dropAbandoned(-60_000, 100)).toBe(1);
    expect(await store.dropAbandoned(-60_000, 100)).toBe(0);
    for (const image of pending) {
      await expect(image.commit(newKey())).rejects.toBeInstanceOf(StorageError);
      await image.discard();
    }
    for await (const key of store.list()) throw new Error(`there is ${key}`);
  });

  test('the room that is left is a number of bytes, or has no limit', async () => {
    const free = await (await open()).freeBytes();
    expect(free === null || (Number.isSafeInteger(free) && free > 0)).toBe(true);
  });

  test('an image is really missing only where its store is there without it', async () => {
    const store = await open();
    const [kept, gone] = [newKey(), newKey()];
    await store.create().commit(kept);
    expect(await isReallyMissing(store, kept)).toBe(false);
    expect(await isReallyMissing(store, gone)).toBe(true);
    expect(await isReallyMissing({ ...store, exists: async () => false }, gone)).toBe(false);
  });

  test('a store in order is writable', async () => {
    await expect((await open()).checkWritable()).resolves.toBeUndefined();
  });
}
