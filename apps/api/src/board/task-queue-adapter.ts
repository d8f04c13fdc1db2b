import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { type JobData, jobData, type Stage } from '@ocrelay/contracts';
import type { Job, Queue } from 'bullmq';
import type { ApiContext } from '../context.ts';
import { restartTask } from './restart-task.ts';

const WHAT: Readonly<Record<Stage, string>> = {
  split: 'documents to be split into pages, and pages to be rendered',
  submit: 'images on their way to the OCR service',
  poll: 'OCR jobs that are waited for',
  store: 'results on their way into the database',
};

/** A queue as the board shows it: its jobs' `retry` restarts the task, never the bare job. */
export function taskQueueAdapter(queue: Queue, stage: Stage, context: ApiContext): BullMQAdapter {
  const adapter = new TaskQueueAdapter(queue, context, WHAT[stage]);
  adapter.setFormatter('data', (data: unknown) => jobData.safeParse(data).data ?? data);
  return adapter;
}

class TaskQueueAdapter extends BullMQAdapter {
  /** A task that went on needs no restart, and one that is done cannot have one. */
  override readonly allowCompletedRetries = false;
  readonly #context: ApiContext;

  constructor(queue: Queue, context: ApiContext, description: string) {
    super(queue, {
      description: `${description}. Retrying a job restarts its task. The job "sentinel" never runs: when it is gone, so is the queue's data.`,
      allowRetries: true,
      externalJobUrl: (job) => ({ displayText: 'task', href: taskUrl(job.data) }),
    });
    this.#context = context;
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id);
    return job && withRetry(job, () => restartTask(this.#context, dataOf(job)));
  }

  /** For lists, and for "retry all": where a task is on its way already, that is as good. */
  override async getJobs(...range: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    const jobs = await super.getJobs(...range);
    return jobs.map((job) => withRetry(job, () => restartTask(this.#context, dataOf(job), { unlessUnderWay: true })));
  }
}

/** A failed try has done its duty when its task was restarted; what happened stays in the task's events. */
function withRetry(job: Job, restart: () => Promise<void>): Job {
  job.retry = async () => {
    await restart();
    await job.remove();
  };
  return job;
}

function dataOf(job: Job): JobData {
  return jobData.parse(job.data);
}

function taskUrl(data: unknown): string {
  const parsed = jobData.safeParse(data);
  return parsed.success ? `/api/v1/tasks/${parsed.data.task_id}` : '/docs';
}
