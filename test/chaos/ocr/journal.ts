/**
 * What the OCR service has done, a line of JSON each, written before anybody outside can know of it: `kill -9` takes the
 * service's jobs, not this.
 */
import { createHash } from 'node:crypto';
import { openSync, readFileSync, writeSync } from 'node:fs';
import type { FakeOcrObserver } from '../../support/ocr-server/index.ts';

/** The journal, read. */
export interface OcrRecord {
  /** How often each image was read, by its sha256. */
  readonly reads: ReadonlyMap<string, number>;
  /** The sha256 of the result of each OCR job that was asked for its result. */
  readonly results: ReadonlyMap<string, string>;
}

export function writeJournal(path: string): FakeOcrObserver {
  const file = openSync(path, 'a');
  const write = (entry: Record<string, unknown>) => writeSync(file, `${JSON.stringify(entry)}\n`);
  return {
    read: (job) => write({ read: job.sha256, job: job.id }),
    result: (job, body) => write({ result: createHash('sha256').update(body).digest('hex'), job: job.id }),
  };
}

export function readJournal(path: string): OcrRecord {
  const reads = new Map<string, number>();
  const results = new Map<string, string>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    const { read, result, job } = JSON.parse(line) as { read?: string; result?: string; job: string };
    if (read !== undefined) reads.set(read, (reads.get(read) ?? 0) + 1);
    if (result !== undefined) results.set(job, result);
  }
  return { reads, results };
}
