/** Uploads a second, against a bare Express and multer server; and the API's memory under many slow large uploads. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Pool } from 'undici';
import { largeImage } from '../support/images.ts';
import { type Program, residentBytes, startProgram } from './processes.ts';
import { heading, line, median, percentile, ratio } from './report.ts';
import { type Services, startServices } from './services.ts';

const CONNECTIONS = 32;
const ROUNDS = 5;
const ROUND_MS = 4_000;
const KB = 1_000;
const MB = 1_000_000;

interface Round {
  readonly perSecond: number;
  readonly p99Ms: number;
}

export async function benchIngest(): Promise<void> {
  heading('Ingest: POST /api/v1/upload/image against bare Express + multer disk storage');
  const services = await startServices();
  const bare = await startProgram('test/bench/bare-upload-server', {
    BENCH_UPLOADS: `${fileURLToPath(services.storageUrl)}-bare`,
  });
  const api = await startApi(services);
  try {
    for (const [size, floor] of [
      [100 * KB, 0.6],
      [2 * MB, 0.55],
    ] as const) {
      const ratios: number[] = [];
      const tails: number[] = [];
      let last: Round = { perSecond: 0, p99Ms: 0 };
      await load(`${bare.url}/upload`, size, 1_000);
      await load(`${api.url}/api/v1/upload/image`, size, 1_000);
      for (let round = 0; round < ROUNDS; round += 1) {
        await writeOut();
        const reference = await load(`${bare.url}/upload`, size, ROUND_MS);
        await writeOut();
        last = await load(`${api.url}/api/v1/upload/image`, size, ROUND_MS);
        ratios.push(last.perSecond / reference.perSecond);
        tails.push(last.p99Ms / reference.p99Ms);
      }
      // Not between rounds: file systems make new files more slowly where many have just gone, and only one of the two would pay for it.
      await rm(`${fileURLToPath(services.storageUrl)}/images`, { recursive: true, force: true });
      line(
        `${size / KB} kB: uploads/s against bare`,
        ratio(median(ratios)),
        `floor ${floor} (${last.perSecond.toFixed(0)}/s)`,
      );
      line(`${size / KB} kB: p99 against bare`, ratio(median(tails)), `at most 2.50 (${last.p99Ms.toFixed(0)} ms)`);
    }
  } finally {
    await Promise.all([bare.stop(), api.stop()]);
  }
  try {
    const fresh = await startApi(services); // what ran before has kept memory that it may use again
    const risen = await memoryUnderLoad(fresh);
    line('memory above idle, 100 clients upload 20 MB each', `${risen.toFixed(0)} MB`, 'at most 150');
    await fresh.stop();
  } finally {
    await services.stop();
  }
}

/** What the last round has left to the system to write is on the disk: the next does not pay for it. */
async function writeOut(): Promise<void> {
  await promisify(execFile)('sync');
}

function startApi(services: Services): Promise<Program> {
  return startProgram('apps/api/src/main', {
    DATABASE_URL: services.databaseUrl,
    OCR_BASE_URL: 'http://127.0.0.1:9',
    STORAGE_URL: services.storageUrl,
    UV_THREADPOOL_SIZE: '16', // as all that start it have it
    ...(services.redisUrl === null ? {} : { REDIS_URL: services.redisUrl }),
  });
}

/** As many uploads as 32 connections manage in so many ms. */
async function load(url: string, size: number, forMs: number): Promise<Round> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const body = multipart(size);
  const times: number[] = [];
  const until = performance.now() + forMs;
  const startedAt = performance.now();
  const client = async () => {
    while (performance.now() < until) {
      const sentAt = performance.now();
      const response = await pool.request({ path: pathname, method: 'POST', headers: HEADERS, body });
      await response.body.dump();
      if (response.statusCode !== 201) throw new Error(`${url} answered ${response.statusCode}`);
      times.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const seconds = (performance.now() - startedAt) / 1000;
  await pool.close();
  return { perSecond: times.length / seconds, p99Ms: percentile(times, 0.99) };
}

/** The most that the API's memory rises, MB. */
async function memoryUnderLoad(api: Program): Promise<number> {
  await load(`${api.url}/api/v1/upload/image`, 100 * KB, 1_000); // so that idle is after its code was compiled
  const idle = residentBytes(api.child.pid);
  let peak = idle;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(api.child.pid));
  }, 50);
  const pool = new Pool(api.url, { connections: 100, pipelining: 1 });
  const body = multipart(20 * MB);
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const response = await pool.request({ path: '/api/v1/upload/image', method: 'POST', headers: HEADERS, body });
      await response.body.dump();
      if (response.statusCode !== 201) throw new Error(`an upload of 20 MB was answered ${response.statusCode}`);
    }),
  );
  clearInterval(timer);
  await pool.close();
  return (peak - idle) / MB;
}

const BOUNDARY = 'ocrelay-bench-boundary';
const HEADERS = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

function multipart(size: number): Buffer {
  return Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="scan.png"\r\ncontent-type: image/png\r\n\r\n`,
    ),
    largeImage(size),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}
