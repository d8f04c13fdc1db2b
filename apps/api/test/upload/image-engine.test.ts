import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ImageStore, StorageError } from '@ocrelay/storage';
import { makeImageStore } from '../../../../test/support/image-store.ts';
import { largeImage } from '../../../../test/support/images.ts';
import { imageEngine } from '../../src/upload/image-engine.ts';

const LIMITS = {
  maxUploadBytes: 1_000_000,
  maxImagePixels: 1_000_000,
  maxPages: 1,
  renderDpi: 200,
  pageReader: { inspect: () => Promise.reject(new Error('no document here')) },
};

let folder: string;
let files: ImageStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ocrelay-engine-'));
  files = await makeImageStore(pathToFileURL(folder).href);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Lets an engine take a file; ends when it says that it is done. */
function take(stream: Readable, create: ImageStore['create']) {
  const engine = imageEngine({ ...files, create }, LIMITS, new AbortController().signal);
  const file = { stream, originalname: 'scan.png' } as Express.Multer.File;
  const done = new Promise<unknown>((resolve) => engine._handleFile({} as never, file, resolve));
  return { engine, done };
}

test('a store that fails ends an upload that has not all arrived', async () => {
  const gone = new StorageError('gone');
  const stream = new Readable({ read() {} });
  stream.on('error', () => {}); // multer listens, too
  stream.push(largeImage(1_000).subarray(0, 100));
  const { engine, done } = take(stream, () => ({ ...files.create(), write: () => Promise.reject(gone) }));
  expect(await done).toBe(gone);
  expect(engine.received()).toBeNull();
});
