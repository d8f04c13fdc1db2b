/** The process that fetches and reads one result: see lone-reader.ts. */
import { writeFile } from 'node:fs/promises';
import { createOcrClient } from '@ocrelay/ocr';
import { fetchReading } from './fetch-reading.ts';
import type { ReadOrder, ReadReport } from './lone-reader.ts';
import { readRaw } from './read-raw.ts';

process.once('message', (order: ReadOrder) => void obey(order));
process.once('disconnect', () => process.exit(0)); // the worker is gone, killed included
// Ctrl-C and service managers signal a whole group of processes. Whether this one is still wanted is the worker's to say.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

async function obey({ ocr, job }: ReadOrder): Promise<void> {
  // When memory runs out, this process is the one to go, and not the worker.
  await writeFile('/proc/self/oom_score_adj', '1000').catch(() => {});
  await say({ type: 'begun' });
  try {
    const read = (raw: Buffer) => readRaw(raw, ocr.token);
    const answer = await fetchReading(createOcrClient(ocr), read, job, new AbortController().signal);
    await say({ type: 'answer', answer });
  } catch (error) {
    await say({ type: 'broke', error });
  }
}

/** Resolves when it was handed over: what is said before a crash must not be lost in it. */
function say(report: ReadReport): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(report, undefined, undefined, () => resolve());
  });
}
