import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startOcrelay, type TestOcrelay } from '../support/ocrelay.ts';
import { waitFor } from '../support/wait-for.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A task's id: a UUID of version 7, whose first 48 bits are the time. */
function idOfAge(ageMs: number): string {
  const time = (Date.now() - ageMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

describe('the sweeper', () => {
  let folder: string;
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocrelay-sweeper-'));
    ocrelay = await startOcrelay('postgres', {
      STORAGE_URL: pathToFileURL(folder).href,
      SWEEP_INTERVAL_MS: '100',
      RETENTION_DAYS: '7',
    });
  });
  afterAll(async () => {
    await ocrelay.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function put(key: string, ageMs: number): Promise<string> {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'image');
    const at = new Date(Date.now() - ageMs);
    await utimes(path, at, at);
    return key;
  }
  const image = (ageMs: number) => put(`images/2026/11/20/${idOfAge(ageMs)}.png`, ageMs);
  const files = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  };
  const gone = (key: string) => waitFor(`${key} to be gone`, async () => !(await files()).includes(key));

  /** A task of that age that is done, with its image. */
  async function doneTask(ageMs: number): Promise<{ id: string; key: string }> {
    const key = await image(ageMs);
    const id = /([^/]+)\.png$/.exec(key)?.[1] ?? '';
    await ocrelay.sql.query(
      `insert into tasks (id, status, image_path, content_type, size_bytes, sha256, width, height, created_at, updated_at)
       select $1, 'ocr_done', $2, 'image/png', 5, 'a', 1, 1, at, at from (select now() - $3 * interval '1 millisecond' as at) as t`,
      [id, key, ageMs],
    );
    return { id, key };
  }

  test('removes what dead uploads left and what is past its retention, and nothing else', async () => {
    const waste = [
      await put('incoming/old', HOUR_MS),
      await image(HOUR_MS),
      await image(30 * DAY_MS),
      (await doneTask(8 * DAY_MS)).key,
    ];
    const keep = [
      await put('incoming/young', 60_000),
      await image(60_000),
      await put('images/not-ours.txt', DAY_MS),
      (await doneTask(6 * DAY_MS)).key,
      (await doneTask(HOUR_MS)).key,
      (await ocrelay.task(await ocrelay.upload({ start: false }))).image_path,
    ];
    await ocrelay.startWorker();
    for (const key of waste) await gone(key);
    // Another walk from its beginning to its end.
    await gone(await image(HOUR_MS));
    await gone(await put('incoming/older', HOUR_MS));
    // The sweeper asks the store for its time by a file, which is there for a moment.
    const kept = keep.toSorted();
    await waitFor('nothing else to be there', async () => (await files()).sort().join() === kept.join(), {
      describe: () => kept,
    });
    const { rows } = await ocrelay.sql.query('select image_path from tasks');
    expect(rows.map((row) => row.image_path).sort()).toEqual(keep.slice(3).sort());
  });

  test('sweeps nothing when so much has no task that the database must be the wrong one', async () => {
    const keys = Array.from({ length: 60 }, () => `images/2025/01/02/${idOfAge(HOUR_MS)}.png`);
    for (const key of keys) await put(`prepared/${key}`, HOUR_MS);
    await rename(join(folder, 'prepared/images/2025'), join(folder, 'images/2025')); // all of them in one moment
    await waitFor('the sweeper to say so', () => /is DATABASE_URL the database of this store/.test(ocrelay.logs()));
    expect(await files()).toEqual(expect.arrayContaining(keys));
  });

  test('removes jobs that have been finished for long', async () => {
    await ocrelay.reaches(await ocrelay.upload(), 'ocr_done');
    await waitFor('its jobs to be gone', async () => {
      await ocrelay.sql.query('update bullmq.job set finished_at_ms = finished_at_ms - $1', [HOUR_MS]);
      const { rows } = await ocrelay.sql.query("select from bullmq.job where state in ('active', 'completed')");
      return rows.length === 0;
    });
  });
});
