import { rm } from 'node:fs/promises';
import { UnreadableImage } from '@ocrelay/picture';
import type { Logger } from '@ocrelay/telemetry';
import { toMarkdown, toOcrResult } from '../reading/ocr-result.ts';
import type { Reading } from '../reading/page.ts';
import type { Job, JobTable } from './job-table.ts';

/** Reads an image file, to its end: a recogniser that is cut off in the middle of its work takes the whole process with it. */
export type Read = (path: string) => Promise<Reading>;

/** Lets at most `threads` jobs read at a time; the others wait in order. */
export interface JobRunner {
  isFull(): boolean;
  /** Jobs that wait. */
  queueLength(): number;
  add(job: Job): void;
  /** Ends a job and forgets it: one that waits is never read, what a running one reads is thrown away. */
  stop(job: Job): void;
  stopAll(): void;
}

export function createJobRunner(
  table: JobTable,
  read: Read,
  threads: number,
  queueLimit: number,
  log: Logger,
): JobRunner {
  const waiting: Job[] = [];
  const running = new Set<Job>();

  const startNext = () => {
    while (running.size < threads) {
      const job = waiting.shift();
      if (job === undefined) return;
      running.add(job);
      void run(job).finally(() => {
        running.delete(job);
        startNext();
      });
    }
  };

  const run = async (job: Job) => {
    const startedAt = performance.now();
    table.report(job, 'running', { done_pages: 0, total_pages: 1 });
    const outcome = await read(job.path).then(
      (reading) => ({ reading, failure: null }),
      (error: unknown) => ({ reading: null, failure: explain(error, job, log) }),
    );
    await removeUpload(job, log);
    if (job.stopped.signal.aborted) return;
    const { reading, failure } = outcome;
    const elapsedMs = performance.now() - startedAt;
    const ending = { jobId: job.id, filename: job.filename, elapsedMs, failure };
    const result = {
      json: JSON.stringify(toOcrResult(ending, reading)),
      markdown: reading === null ? null : toMarkdown(reading),
    };
    if (failure === null) {
      table.report(job, 'running', { done_pages: 1, total_pages: 1 });
      table.end(job, 'finished', result, { done_pages: 1, total_pages: 1 });
      log.info({ job_id: job.id, duration_ms: Math.round(elapsedMs) }, 'image read');
    } else {
      table.end(job, 'failed', result, { error_message: failure });
      log.warn({ job_id: job.id, duration_ms: Math.round(elapsedMs), reason: failure }, 'image not read');
    }
  };

  const stop = (job: Job) => {
    job.stopped.abort();
    const at = waiting.indexOf(job);
    if (at >= 0) {
      waiting.splice(at, 1);
      void removeUpload(job, log);
    }
    table.remove(job);
  };

  return {
    isFull: () => waiting.length >= queueLimit,
    queueLength: () => waiting.length,
    add(job) {
      waiting.push(job);
      startNext();
    },
    stop,
    stopAll() {
      for (const job of [...waiting, ...running]) stop(job);
    },
  };
}

/** The person who sent the image reads this; the log gets the rest. */
function explain(error: unknown, job: Job, log: Logger): string {
  if (error instanceof UnreadableImage) return error.message;
  if (!job.stopped.signal.aborted) log.error({ job_id: job.id, err: error }, 'a recogniser failed');
  return 'The OCR engine failed while it read this image; it may be too large for the memory of the machine.';
}

/** The upload's file is of no use any more. That it cannot be removed must not fail the job. */
async function removeUpload(job: Job, log: Logger): Promise<void> {
  await rm(job.path, { force: true }).catch((error: unknown) =>
    log.warn({ job_id: job.id, err: error }, 'upload not removed'),
  );
}
