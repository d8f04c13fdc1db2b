import { randomUUID } from 'node:crypto';
import { type JobPlan, PLAIN_JOB } from './job-plan.ts';
import type { FakeJob, Stats } from './stats.ts';

/** The jobs of a server, each ended by a timer of its own. */
export interface Jobs {
  create(of: Pick<FakeJob, 'filename' | 'contentType' | 'sha256' | 'sizeBytes'>, plan: Partial<JobPlan>): FakeJob;
  /** Ends a job now. */
  end(job: FakeJob): void;
  /** As after a restart of the service; all of them without ids. */
  forget(ids?: readonly string[]): void;
  /** Calls back when the job ends or is forgotten, or after the time-out. Returns how to stop waiting. */
  whenEnded(job: FakeJob, timeoutMs: number, then: () => void): () => void;
  close(): void;
}

export function createJobs(stats: Stats, changed: () => void): Jobs {
  const timers = new Map<string, NodeJS.Timeout>();
  const waiting = new Map<string, Set<() => void>>();
  const wake = (id: string) => {
    for (const go of [...(waiting.get(id) ?? [])]) go();
  };
  const jobs: Jobs = {
    create(of, planned) {
      const plan = { ...PLAIN_JOB, ...planned };
      const id = randomUUID().replaceAll('-', '');
      const submittedAtMs = Date.now();
      const done = plan.durationMs <= 0;
      const job: FakeJob = { ...of, id, plan, submittedAtMs, done, endedAtMs: done ? submittedAtMs : null };
      stats.jobs.set(id, job);
      if (!done) stats.running += 1;
      stats.mostRunning = Math.max(stats.mostRunning, stats.running);
      if (job.sha256 !== null) stats.reads.set(job.sha256, (stats.reads.get(job.sha256) ?? 0) + 1);
      if (!job.done && Number.isFinite(plan.durationMs))
        timers.set(
          id,
          setTimeout(() => jobs.end(job), plan.durationMs),
        );
      changed();
      return job;
    },
    end(job) {
      if (!job.done) stats.running -= 1;
      job.done = true;
      job.endedAtMs ??= Date.now();
      clearTimeout(timers.get(job.id));
      timers.delete(job.id);
      wake(job.id);
      changed();
    },
    forget(ids = [...stats.jobs.keys()]) {
      for (const id of ids) {
        if (stats.jobs.get(id)?.done === false) stats.running -= 1;
        stats.jobs.delete(id);
        clearTimeout(timers.get(id));
        timers.delete(id);
        wake(id);
      }
      changed();
    },
    whenEnded(job, timeoutMs, then) {
      const others = waiting.get(job.id) ?? new Set();
      waiting.set(job.id, others);
      const stop = () => {
        clearTimeout(timer);
        others.delete(go);
        if (others.size === 0) waiting.delete(job.id);
      };
      const go = () => {
        stop();
        then();
      };
      const timer = setTimeout(go, timeoutMs);
      others.add(go);
      return stop;
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
  return jobs;
}
