import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uniqueImage } from '../support/images.ts';
import { BACKENDS, sha256, startOcrelay, type TestOcrelay } from '../support/ocrelay.ts';
import { waitFor } from '../support/wait-for.ts';

describe('an image in the store that is not what was uploaded', () => {
  let folder: string;
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocrelay-stored-'));
    ocrelay = await startOcrelay(BACKENDS[0] ?? 'postgres', { STORAGE_URL: pathToFileURL(folder).href });
    await ocrelay.startWorker();
  });
  afterAll(async () => {
    await ocrelay.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Uploads an image, does something to its file, and starts it. */
  async function started(image: Buffer, tamper: (path: string) => Promise<unknown>): Promise<string> {
    const id = await ocrelay.upload({ image, start: false });
    await tamper(join(folder, (await ocrelay.task(id)).image_path));
    await ocrelay.request(`/api/v1/ocr/start/${id}`, { method: 'POST' });
    return id;
  }

  test('because a bit turned fails the task with image_corrupt, and the service never has a job for it', async () => {
    const image = Buffer.concat([uniqueImage(), Buffer.alloc(500_000, 7)]);
    const altered = Buffer.from(image);
    altered[altered.length - 1] = 8;
    const id = await started(image, (path) => writeFile(path, altered));
    const task = await ocrelay.reaches(id, 'ocr_failed');
    expect(task).toMatchObject({ error_code: 'image_corrupt', attempt: 1, ocr_job_id: null });
    expect(ocrelay.ocr.stats.jobs.size).toBe(0);
    expect(ocrelay.ocr.stats.reads.get(sha256(altered))).toBeUndefined();
  });

  test('because it was cut short fails the task with image_corrupt', async () => {
    const id = await started(uniqueImage(), async (path) => writeFile(path, (await readFile(path)).subarray(0, -1)));
    expect(await ocrelay.reaches(id, 'ocr_failed')).toMatchObject({ error_code: 'image_corrupt' });
  });

  test('because it is gone fails the task with image_missing', async () => {
    const id = await started(uniqueImage(), (path) => rm(path));
    expect(await ocrelay.reaches(id, 'ocr_failed')).toMatchObject({ error_code: 'image_missing' });
  });

  test('because the store is away is waited for, also by a worker that starts meanwhile', async () => {
    const id = await started(uniqueImage(), () => rename(folder, `${folder}-away`));
    await ocrelay.startWorker();
    await waitFor('the task to be tried by both', async () => (await ocrelay.task(id)).waits >= 10);
    expect(await ocrelay.task(id)).toMatchObject({ status: 'queued', waiting_reason: 'storage_unavailable' });
    await rename(`${folder}-away`, folder);
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ error_code: null });
  });

  test('holds up nobody else', async () => {
    expect(await ocrelay.reaches(await ocrelay.upload(), 'ocr_done')).toMatchObject({ error_code: null });
  });
});
