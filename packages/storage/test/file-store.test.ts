import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { compilePrograms } from '../../../test/support/compiled.ts';
import { makeImageStore } from '../../../test/support/image-store.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { toStorageError, toWriteError } from '../src/errors.ts';
import { commitFile } from '../src/files/commit-file.ts';
import {
  type ImageStore,
  imageKey,
  isReallyMissing,
  openImageStore,
  StorageError,
  StorageFullError,
} from '../src/index.ts';
import { keepsItsPromises } from './image-store-promises.ts';

jest.setTimeout(60_000);

let thread: URL;
beforeAll(() => {
  thread = compilePrograms('storage')('store-thread');
});

let root = '';
let stores = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ocrelay-storage-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function newFolder(): string {
  stores += 1;
  return join(root, `store ${stores}`);
}

describe.each([
  ['by the program itself', false],
  ['by a thread, while they are small', true],
])('images in files, written %s', (_, byThread) => {
  const open: ImageStore[] = [];
  const makeStore = async (folder = newFolder()) => {
    const store = await makeImageStore(pathToFileURL(folder).href, byThread ? { thread } : {});
    open.push(store);
    return store;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
  });

  keepsItsPromises(() => makeStore());

  test('neither a commit nor a discard leaves a temporary file', async () => {
    const folder = newFolder();
    const store = await makeStore(folder);
    const [kept, dropped] = [store.create(), store.create()];
    await kept.commit(imageKey('kept', new Date(0), 'png'));
    await dropped.discard();
    await store.checkWritable();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    expect(await readdir(join(folder, 'images/1970/01/01'))).toEqual(['kept.png']);
  });

  test('an image that failed cannot be committed later, without what it lacks', async () => {
    const folder = newFolder();
    const store = await makeStore(folder);
    const pending = store.create();
    await pending.write(Buffer.from('small'));
    await writeFile(join(folder, 'images'), 'in the way');
    await expect(pending.commit(imageKey('one', new Date(0), 'png'))).rejects.toBeInstanceOf(StorageError);
    await rm(join(folder, 'images'));
    await expect(pending.commit(imageKey('one', new Date(0), 'png'))).rejects.toThrow('given up');
    await pending.discard();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  test('a small image is on the disk only once it is committed, a large one from its beginning', async () => {
    const folder = newFolder();
    const store = await makeStore(folder);
    const pending = store.create();
    await pending.write(Buffer.alloc(200_000));
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    await pending.write(Buffer.alloc(200_000));
    expect(await readdir(join(folder, 'incoming'))).toHaveLength(1);
    await pending.discard();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  test('a store that was restored without its empty folders is there, and lacks what it lacks', async () => {
    const folder = newFolder();
    const store = await makeStore(folder);
    const key = imageKey('one', new Date(0), 'png');
    await store.create().commit(key);
    await rm(join(folder, 'incoming'), { recursive: true });
    expect(await isReallyMissing(store, key)).toBe(false);
    expect(await isReallyMissing(store, imageKey('two', new Date(0), 'png'))).toBe(true);
  });

  test('a commit creates the folder of the day again when somebody removed it', async () => {
    const folder = newFolder();
    const store = await makeStore(folder);
    await store.create().commit(imageKey('one', new Date(0), 'png'));
    await rm(join(folder, 'images'), { recursive: true });
    await store.create().commit(imageKey('two', new Date(0), 'png'));
    expect(await readdir(join(folder, 'images/1970/01/01'))).toEqual(['two.png']);
  });

  test('a store whose folder is gone says that it cannot be written', async () => {
    const folder = newFolder();
    const store = await makeStore(folder);
    await rm(folder, { recursive: true });
    await expect(store.checkWritable()).rejects.toThrow('images cannot be written');
    for (const size of [1, 400_000]) {
      const pending = store.create();
      const stored = pending.write(Buffer.alloc(size)).then(() => pending.commit(imageKey('one', new Date(0), 'png')));
      await expect(stored).rejects.toBeInstanceOf(StorageError);
      await pending.discard();
    }
    await expect(store.freeBytes()).rejects.toBeInstanceOf(StorageError);
  });

  test('a commit that fails leaves an image that can be discarded', async () => {
    const folder = newFolder();
    const store = await makeStore(folder);
    await writeFile(join(folder, 'images'), 'in the way');
    const pending = store.create();
    await expect(pending.commit(imageKey('one', new Date(0), 'png'))).rejects.toBeInstanceOf(StorageError);
    await pending.discard();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  test('an image that cannot be stored does not take along another of the same moment', async () => {
    const folder = newFolder();
    const store = await makeStore(folder);
    await mkdir(join(folder, 'images'));
    await writeFile(join(folder, 'images/1970'), 'in the way');
    const [refused, kept] = [store.create(), store.create()];
    const ended = await Promise.allSettled([
      refused.commit(imageKey('one', new Date(0), 'png')),
      kept.commit(imageKey('two', new Date('2026-11-24'), 'png')),
    ]);
    expect(ended).toMatchObject([
      { status: 'rejected', reason: { name: 'StorageError', cause: { code: expect.stringMatching(/^E[A-Z]+$/) } } },
      { status: 'fulfilled' },
    ]);
    await refused.discard();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    expect(await readdir(join(folder, 'images/2026/11/24'))).toEqual(['two.png']);
  });
});

test('a thread that ends stores nothing, and the next one does', async () => {
  const folder = newFolder();
  const store = await makeImageStore(pathToFileURL(folder).href, { thread });
  const [lost, kept] = [store.create(), store.create()];
  await expect(lost.commit(imageKey('end-of-thread', new Date(0), 'png'))).rejects.toBeInstanceOf(StorageError);
  await lost.discard();
  await kept.commit(imageKey('kept', new Date(0), 'png'));
  expect(await readdir(join(folder, 'images/1970/01/01'))).toEqual(['kept.png']);
  await store.close();
});

test('a thread that ends with nothing to do ends nothing else, and the next one stores', async () => {
  const folder = newFolder();
  const store = await makeImageStore(pathToFileURL(folder).href, { thread });
  await store.create().commit(imageKey('end-when-idle', new Date(0), 'png'));
  await waitFor('the end of the thread', () => existsSync(join(folder, 'ended')));
  await waitFor('an image that the next one has stored', async () => {
    const pending = store.create();
    return pending.commit(imageKey(randomUUID(), new Date(0), 'png')).then(
      () => true,
      () => pending.discard().then(() => false), // given to the thread that has just ended
    );
  });
  expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  await store.close();
});

test('a thread that cannot start refuses every image, and leaves nobody waiting', async () => {
  const folder = newFolder();
  const store = await makeImageStore(pathToFileURL(folder).href, { thread: new URL('missing.js', thread) });
  // More than are under way at a time: those that wait for their turn are refused as well.
  for (let n = 0; n < 40; n += 1) {
    const pending = store.create();
    await expect(pending.commit(imageKey(`${n}`, new Date(0), 'png'))).rejects.toBeInstanceOf(StorageError);
    await pending.discard();
  }
  await store.close();
});

test('a store that was closed starts no thread again', async () => {
  const store = await makeImageStore(pathToFileURL(newFolder()).href, { thread });
  await store.close();
  await expect(store.create().commit(imageKey('late', new Date(0), 'png'))).rejects.toThrow('the store is closed');
});

test('a disk that is full is told by the commit, also where it lets nothing be removed', async () => {
  const folders = {
    moveIn: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    remove: () => Promise.reject(Object.assign(new Error('broken'), { code: 'EIO' })),
  };
  await expect(commitFile(folders, async () => undefined, '/incoming/one', 'images/one')).rejects.toMatchObject({
    code: 'ENOSPC',
  });
});

test.each(['s3://bucket/prefix', 'not a url', 'file://host/path', 'file:///path?x=1'])(
  '%s is refused naming STORAGE_URL',
  async (url) => {
    await expect(openImageStore(url)).rejects.toThrow('STORAGE_URL');
  },
);

test.each(['ENOSPC', 'EDQUOT'])('%s means that the store is full', (code) => {
  expect(toStorageError('writing', Object.assign(new Error('no'), { code }))).toBeInstanceOf(StorageFullError);
});

test.each([
  ['ENOSPC', 'disk_full'],
  ['EDQUOT', 'quota_exceeded'],
  ['EROFS', 'read_only'],
  ['EACCES', 'not_permitted'],
  ['EPERM', 'not_permitted'],
])('%s of a write says that the store takes no image: %s', (code, reason) => {
  const error = toWriteError('writing', Object.assign(new Error('no'), { code }));
  expect(error).toBeInstanceOf(StorageFullError);
  expect(error).toMatchObject({ reason, message: expect.stringContaining(code) });
});

test.each(['EIO', 'ENOENT', 'EMFILE', 'toString'])('%s of a write says nothing about room', (code) => {
  const error = toWriteError('writing', Object.assign(new Error('no'), { code }));
  expect(error).not.toBeInstanceOf(StorageFullError);
  expect(error).toBeInstanceOf(StorageError);
});

test('who may not read is not told that the store is full', () => {
  const error = toStorageError('reading', Object.assign(new Error('no'), { code: 'EACCES' }));
  expect(error).not.toBeInstanceOf(StorageFullError);
});

test('a key is the day in UTC and the task', () => {
  expect(imageKey('0190-abc', new Date('2026-11-24T23:30:00-02:00'), 'png')).toBe('images/2026/11/25/0190-abc.png');
});
