import type { Job, JobEvent } from './job-table.ts';

/** What a client asks for, within limits. */
export interface PollQuery {
  readonly sinceSeq: number;
  readonly timeoutMs: number;
  readonly maxEvents: number;
}

/** The protocol's answer to a long poll. */
export interface PollAnswer {
  readonly events: readonly JobEvent[];
  readonly last_seq: number;
  /** Finished or failed, and nothing left to tell. */
  readonly done: boolean;
}

const LONGEST_MS = 60_000;
const MOST_EVENTS = 200;

/** Reads the query; what is missing or no number is the protocol's default, what is too large is cut. */
export function pollQuery(query: Readonly<Record<string, unknown>>): PollQuery {
  return {
    sinceSeq: count(query['since_seq'], 0, Number.MAX_SAFE_INTEGER),
    timeoutMs: count(query['timeout_ms'], 25_000, LONGEST_MS),
    maxEvents: Math.max(1, count(query['max_events'], 50, MOST_EVENTS)),
  };
}

/** Answers at once when there is something to tell or the job is done, else at its next event or after the time. */
export async function longPoll(job: Job, query: PollQuery, signal: AbortSignal): Promise<PollAnswer> {
  const first = answerNow(job, query);
  if (first.events.length > 0 || first.done || query.timeoutMs === 0 || signal.aborted) return first;
  await new Promise<void>((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      job.wakers.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, query.timeoutMs);
    job.wakers.add(wake);
    signal.addEventListener('abort', wake, { once: true });
  });
  return answerNow(job, query);
}

function answerNow(job: Job, query: PollQuery): PollAnswer {
  const events = job.events.filter((event) => event.seq > query.sinceSeq).slice(0, query.maxEvents);
  const lastSeq = events.at(-1)?.seq ?? query.sinceSeq;
  return { events, last_seq: lastSeq, done: job.doneAt !== null && lastSeq >= job.events.length };
}

function count(value: unknown, fallback: number, most: number): number {
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) return fallback;
  return Math.min(most, Number(value));
}
