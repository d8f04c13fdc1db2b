import { randomBytes } from 'node:crypto';

/** What happened to a job; `seq` counts from 1. */
export interface JobEvent {
  readonly seq: number;
  readonly type: 'queued' | 'running' | 'finished' | 'failed';
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a job leaves: bodies of the result calls. */
interface JobResult {
  readonly json: string;
  /** Null when the image could not be read. */
  readonly markdown: string | null;
}

/** One image that is to be read. */
export interface Job {
  readonly id: string;
  readonly path: string;
  readonly filename: string;
  readonly queuedAt: number;
  readonly events: JobEvent[];
  /** Aborts the reading. */
  readonly stopped: AbortController;
  /** Called, once, by the next event. */
  readonly wakers: Set<() => void>;
  result: JobResult | null;
  /** When it ended, ms of `now`; null before. */
  doneAt: number | null;
}

/** Limits of the table. */
export interface Retention {
  /** How long a job that is done is kept, ms. */
  readonly ttlMs: number;
  /** How many of them at most. */
  readonly keep: number;
}

/** The jobs that the engine knows, oldest first. */
export interface JobTable {
  add(path: string, filename: string): Job;
  find(id: string): Job | null;
  report(job: Job, type: JobEvent['type'], payload?: Record<string, unknown>): void;
  /** Ends a job for good: its result first, then the event, so that who sees the event finds the result. */
  end(job: Job, type: 'finished' | 'failed', result: JobResult, payload: Record<string, unknown>): void;
  remove(job: Job): void;
  /** Forgets what is done and older than retention says, or too many. */
  prune(): void;
}

/** @param now ms; a clock that never goes back */
export function createJobTable(retention: Retention, now: () => number = () => performance.now()): JobTable {
  const jobs = new Map<string, Job>();
  const report: JobTable['report'] = (job, type, payload = {}) => {
    job.events.push({ seq: job.events.length + 1, type, payload });
    const wakers = [...job.wakers];
    job.wakers.clear();
    for (const wake of wakers) wake();
  };
  const prune = () => {
    const done = [...jobs.values()]
      .filter((job) => job.doneAt !== null)
      .sort((a, b) => (b.doneAt ?? 0) - (a.doneAt ?? 0));
    for (const [i, job] of done.entries()) {
      if (i >= retention.keep || now() - (job.doneAt ?? 0) >= retention.ttlMs) jobs.delete(job.id);
    }
  };
  return {
    add(path, filename) {
      const job: Job = {
        id: randomBytes(16).toString('hex'),
        path,
        filename,
        queuedAt: now(),
        events: [],
        stopped: new AbortController(),
        wakers: new Set(),
        result: null,
        doneAt: null,
      };
      jobs.set(job.id, job);
      report(job, 'queued');
      return job;
    },
    find: (id) => jobs.get(id) ?? null,
    report,
    end(job, type, result, payload) {
      job.result = result;
      job.doneAt = now();
      report(job, type, payload);
      prune();
    },
    remove(job) {
      jobs.delete(job.id);
      for (const wake of job.wakers) wake();
      job.wakers.clear();
    },
    prune,
  };
}
