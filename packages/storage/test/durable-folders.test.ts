import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { waitFor } from '../../../test/support/wait-for.ts';
import * as real from '../src/files/fs-calls.ts';

/** Of all that a disk does, only that a sync fails, and how long it takes, cannot be had from a real one. */
let slow: Promise<void> = Promise.resolve();
jest.unstable_mockModule('../src/files/fs-calls.ts', () => ({
  ...real,
  async syncFolder(path: string) {
    if (path.endsWith('/slow')) await slow;
    if (path.endsWith('/broken')) throw Object.assign(new Error('the disk is broken'), { code: 'EIO' });
    await real.syncFolder(path);
  },
}));
const { durableFolders } = await import('../src/files/durable-folders.ts');

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ocrelay-folders-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('a folder that cannot be synced fails its own images, and not those of others that are synced with it', async () => {
  const folders = durableFolders(root);
  const moveIn = async (folder: string) => {
    await writeFile(join(root, folder), folder);
    await folders.moveIn(join(root, folder), `images/${folder}/image`);
  };
  let goOn = () => {};
  slow = new Promise((resolve) => {
    goOn = resolve;
  });
  const first = moveIn('slow'); // while it is synced the others come together
  await waitFor('the first image', () => existsSync(join(root, 'images/slow/image')));
  const others = Promise.allSettled([moveIn('broken'), moveIn('sound')]);
  await waitFor('the other images', () =>
    ['broken', 'sound'].every((folder) => existsSync(join(root, `images/${folder}/image`))),
  );
  goOn();
  await first;
  expect(await others).toMatchObject([{ status: 'rejected', reason: { code: 'EIO' } }, { status: 'fulfilled' }]);
});
