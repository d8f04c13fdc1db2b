import { type JobData, jobData, type Stage } from '@ocrelay/contracts';
import type { Job, JobsOptions, Processor, Queue, Worker } from 'bullmq';

/** How many jobs one queue worker holds at once, and what does them. */
export interface StageWorkerOptions {
  readonly concurrency: number;
  readonly onError: (error: Error) => void;
  /** A job has stalled: its worker is gone, and the queue has buried it. It may have been claimed or not. */
  readonly onBuried: (job: JobRef) => void;
}

/** What a job points at. */
export interface JobRef {
  readonly taskId: string;
  readonly stage: Stage;
  readonly generation: number;
  readonly dispatch: number;
}

/** What the queues need of what they are kept in. One for Redis, one for Postgres; both keep the same promises. */
export interface QueueBackend {
  /** What goes at the end of a job; where that would cost too much, nothing does, and `dropFinished` is for it. */
  readonly retention: Pick<JobsOptions, 'removeOnComplete' | 'removeOnFail'>;
  /** From how many jobs on adding them in bulk is cheaper than one by one. */
  readonly bulkPaysFrom: number;
  /** The queue of a stage. @throws QueueUnavailableError while the backend cannot be reached. */
  queue(stage: Stage): Promise<Queue>;
  /** A worker of a stage that does not run yet. It survives outages of the backend. */
  worker(stage: Stage, processor: Processor, options: StageWorkerOptions): Promise<Worker>;
  /** Removes finished jobs that have been there for long enough. @throws QueueUnavailableError */
  dropFinished(): Promise<void>;
  /** Makes again what the queues are kept in, where that can be lost (a dropped schema). */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** What is done about storage that the queues lack: it is made, or left as it is, by who only looks. */
export type QueueStorage = 'make' | 'leave';

/** A queue job as BullMQ hands it out. */
export type QueueJob = Job;

/** The queue cannot be reached now. What was to be added is due by its row and will be added later. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}

/** Failed tries are what people look for; there are few of them. Age in seconds. */
export const FAILED_KEPT = { age: 7 * 24 * 3_600, count: 1_000 };

/** Events that dashboards may follow; the default of 10,000 costs memory and time for nobody. */
export const EVENTS_KEPT = 100;

/** Options that all queue workers share, whatever the backend. */
export const WORKER_OPTIONS = {
  autorun: false,
  /** A job is tried once: the row counts the tries, and a job that stalls is buried, not run again. */
  maxStalledCount: 0,
  /** A worker that dies between a fetch and its claim leaves a job that nobody else can see; so it stalls soon. */
  lockDuration: 15_000,
  stalledInterval: 5_000,
  /** How soon a worker looks again after the backend failed it, ms. */
  runRetryDelay: 1_000,
} as const;

/** Connects the options' listeners; the same for every backend. */
export function listen(worker: Worker, options: StageWorkerOptions): Worker {
  worker.on('error', options.onError);
  worker.on('failed', (job, error) => {
    if (job === undefined || !/stalled/.test(error.message)) return;
    const data = jobData.safeParse(job.data);
    if (data.success) options.onBuried(toJobRef(data.data));
  });
  return worker;
}

/** A job's data as what it points at. */
export function toJobRef({ task_id, stage, generation, dispatch }: JobData): JobRef {
  return { taskId: task_id, stage, generation, dispatch };
}
