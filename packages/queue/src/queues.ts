/**
 * The queues, for whoever adds jobs and looks for them. The queue is a hint: every promise about tasks is kept by
 * the rows, so here an add may fail, and a job may be lost, run late, or run twice.
 */
import { type JobData, jobId, STAGES, type Stage } from '@ocrelay/contracts';
import type { JobsOptions, Queue } from 'bullmq';
import { type JobRef, type QueueBackend, QueueUnavailableError } from './backend.ts';

/** A job to be added: one step of one run of a task. */
export interface NewJob extends JobRef {
  /** The try that it will be, for people who watch the queue. */
  readonly attempt: number;
  readonly delayMs: number;
  /** Which page of a document, from 1; null for what was uploaded by itself. */
  readonly page: number | null;
}

/** Where a job is; `held`: active for so long that its worker must be unable to claim its task, when nobody has. */
export type JobWhereabouts = 'waiting' | 'delayed' | 'active' | 'held' | 'finished' | 'absent';

export interface Queues {
  /** @throws QueueUnavailableError within about a second when the queue cannot be reached. */
  add(job: NewJob): Promise<void>;
  /** Many at once. @throws QueueUnavailableError; some may have been added then. */
  addBulk(jobs: readonly NewJob[]): Promise<void>;
  /**
   * Where each of the jobs is, in the order asked. @throws QueueUnavailableError
   * @param heldAfterMs an active job is `held` from then on, by the clocks of those who fetch, which may differ a little
   */
  whereabouts(jobs: readonly NewJob[], heldAfterMs: number): Promise<JobWhereabouts[]>;
  /** How many jobs of a stage wait for a slot. @throws QueueUnavailableError */
  waitingCount(stage: Stage): Promise<number>;
  /** Whether the queues still hold what was put into them: false once their data was lost. @throws QueueUnavailableError */
  areIntact(): Promise<boolean>;
  /** Removes finished jobs that have been there for long enough to be looked at. @throws QueueUnavailableError */
  dropFinished(): Promise<void>;
  /** Plants what `areIntact` looks for; to be done last when lost queues were filled again. */
  markIntact(): Promise<void>;
  /** Makes the queues' storage again where it can be lost. */
  heal(): Promise<void>;
  /** Answers when the queues can be reached. @throws QueueUnavailableError */
  ping(): Promise<void>;
}

const ADD_LIMIT_MS = 900;
const BULK_LIMIT_MS = 30_000;

/** A job so far in the future that it never runs: when it is gone, so is everything else. */
const SENTINEL = 'sentinel';
const SENTINEL_DELAY_MS = 5 * 365 * 24 * 3_600_000;

/**
 * Where a document's hundreds of pages would hold up whoever sent one image, or a document of two. What is with the OCR service has got
 * its turn already.
 */
const IN_TURN: ReadonlySet<Stage> = new Set(['split', 'submit']);
/** The highest number that BullMQ takes as a priority, which is the lowest one. */
const LOWEST_PRIORITY = 2 ** 21 - 1;

export function createQueues(backend: QueueBackend): Queues {
  const kept: JobsOptions = { attempts: 1, ...backend.retention };
  const optionsOf = (job: NewJob): JobsOptions => ({
    ...kept,
    jobId: jobId(dataOf(job)),
    delay: job.delayMs,
    ...(IN_TURN.has(job.stage) ? priorityOf(job) : {}),
  });
  const addOne = (queue: Queue, job: NewJob) => queue.add(nameOf(job), dataOf(job), optionsOf(job));
  const sentinels = async () => {
    return Promise.all(STAGES.map(async (stage) => (await backend.queue(stage)).getJobState(SENTINEL)));
  };
  return {
    add: (job) =>
      reaching(ADD_LIMIT_MS, async () => {
        await addOne(await backend.queue(job.stage), job);
      }),
    addBulk: (jobs) =>
      reaching(BULK_LIMIT_MS, async () => {
        for (const stage of STAGES) {
          const ofStage = jobs.filter((job) => job.stage === stage);
          if (ofStage.length === 0) continue;
          const queue = await backend.queue(stage);
          if (ofStage.length < backend.bulkPaysFrom) await Promise.all(ofStage.map((job) => addOne(queue, job)));
          else
            await queue.addBulk(ofStage.map((job) => ({ name: nameOf(job), data: dataOf(job), opts: optionsOf(job) })));
        }
      }),
    whereabouts: (jobs, heldAfterMs) =>
      reaching(BULK_LIMIT_MS, () =>
        Promise.all(jobs.map(async (job) => whereIs(await backend.queue(job.stage), job, heldAfterMs))),
      ),
    waitingCount: (stage) => reaching(ADD_LIMIT_MS, async () => (await backend.queue(stage)).getWaitingCount()),
    areIntact: () => reaching(BULK_LIMIT_MS, async () => (await sentinels()).every((state) => state === 'delayed')),
    markIntact: () =>
      reaching(BULK_LIMIT_MS, async () => {
        for (const stage of STAGES) {
          const queue = await backend.queue(stage);
          if ((await queue.getJobState(SENTINEL)) === 'delayed') continue;
          await queue.remove(SENTINEL); // it has been run by hand; a kept job swallows an add of its id
          await queue.add(SENTINEL, {}, { ...kept, jobId: SENTINEL, delay: SENTINEL_DELAY_MS });
        }
      }),
    dropFinished: () => reaching(BULK_LIMIT_MS, () => backend.dropFinished()),
    heal: () => reaching(BULK_LIMIT_MS, () => backend.heal()),
    ping: () => reaching(ADD_LIMIT_MS, async () => void (await (await backend.queue('submit')).getJobState(SENTINEL))),
  };
}

/** True for the job that only stands for the queue's data. */
export function isSentinel(job: { readonly id?: string | undefined }): boolean {
  return job.id === SENTINEL;
}

/** First what was uploaded by itself (to BullMQ, no priority is the highest), then all first pages, then all second ones. */
function priorityOf({ page }: NewJob): Pick<JobsOptions, 'priority'> {
  return page === null ? {} : { priority: Math.min(page, LOWEST_PRIORITY) };
}

function nameOf(job: NewJob): string {
  return `${job.stage} attempt ${job.attempt}`;
}

function dataOf(job: NewJob): JobData {
  return { task_id: job.taskId, stage: job.stage, generation: job.generation, dispatch: job.dispatch };
}

async function whereIs(queue: Queue, job: NewJob, heldAfterMs: number): Promise<JobWhereabouts> {
  const state = await queue.getJobState(jobId(dataOf(job)));
  if (state === 'unknown') return 'absent';
  if (state === 'active') return (await activeForMs(queue, job)) > heldAfterMs ? 'held' : 'active';
  if (state === 'delayed') return state;
  return state === 'completed' || state === 'failed' ? 'finished' : 'waiting';
}

async function activeForMs(queue: Queue, job: NewJob): Promise<number> {
  const { processedOn } = (await queue.getJob(jobId(dataOf(job)))) ?? {};
  return processedOn === undefined ? 0 : Date.now() - processedOn;
}

/** Ends in time, and with one kind of error whatever the backend. What was begun may still come about: harmless. */
async function reaching<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new QueueUnavailableError(`the queue did not answer within ${limitMs} ms`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    if (error instanceof QueueUnavailableError) throw error;
    throw new QueueUnavailableError(`the queue failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
