/**
 * What the pipeline is measured against: three bare BullMQ stages on Redis, the same three calls to the OCR service, and
 * one insert at the end. No claims, no guards, no events.
 */

import { Readable } from 'node:stream';
import { createOcrClient } from '@ocrelay/ocr';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

const {
  BENCH_REDIS_URL: redisUrl = '',
  BENCH_DATABASE_URL: databaseUrl = '',
  BENCH_OCR_URL: ocrUrl = '',
} = process.env;

const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
await pool.query(
  'create table if not exists bare_results (id text primary key, raw bytea, finished_at timestamptz default clock_timestamp())',
);
const ocr = createOcrClient({
  protocol: 'jobs',
  baseUrls: [ocrUrl],
  token: null,
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 60_000,
  maxResultBytes: 64 * 1024 * 1024,
  pollConnections: 512,
});
const image = Buffer.from(process.env['BENCH_IMAGE'] ?? '', 'base64');
/** One for each call, since every call listens to its signal. */
const never = () => new AbortController().signal;
const keep = { removeOnComplete: 200, removeOnFail: 200, attempts: 5, backoff: { type: 'exponential', delay: 1000 } };
const poll = new Queue('bare-poll', { connection });
const store = new Queue('bare-store', { connection });
interface Bare {
  id: string;
  jobId: string;
  endpoint: string;
}

const must = <T>(answer: { ok: true; value: T } | { ok: false; fault: { message: string } }): T => {
  if (!answer.ok) throw new Error(answer.fault.message);
  return answer.value;
};
new Worker<Bare>(
  'bare-submit',
  async ({ data }) => {
    const file = {
      filename: 'scan.png',
      contentType: 'image/png',
      sizeBytes: image.length,
      open: async () => Readable.from([image]),
    };
    const { jobId, endpoint } = must(await ocr.createJobFromFile(file, never()));
    await poll.add('poll', { id: data.id, jobId, endpoint }, keep);
  },
  { connection, concurrency: 64 },
);
new Worker<Bare>(
  'bare-poll',
  async ({ data }) => {
    for (let sinceSeq = 0; ; ) {
      const status = must(await ocr.getJobStatus(data, { sinceSeq, timeoutMs: 25_000 }, never()));
      if (status.done) break;
      sinceSeq = status.lastSeq;
    }
    await store.add('store', data, keep);
  },
  { connection, concurrency: 512 },
);
new Worker<Bare>(
  'bare-store',
  async ({ data }) => {
    const raw = must(await ocr.getJobResult(data, never()));
    await pool.query('insert into bare_results (id, raw) values ($1, $2)', [data.id, raw]);
  },
  { connection, concurrency: 16 },
);
process.send?.({ type: 'ready' });
process.on('disconnect', () => process.exit(0));
