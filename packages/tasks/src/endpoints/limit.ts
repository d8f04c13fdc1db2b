/**
 * How many jobs an endpoint is given at a time, learned from its answers: halved when it says that it is overloaded, raised
 * again by successes (additive increase, multiplicative decrease).
 * @see RFC 5681, of which this is the congestion window, counted in jobs
 */
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import { backoffMs, type RetryPolicy } from '../backoff.ts';
import type { RawRow } from '../rows.ts';
import { HAS_SLOT } from './fragments.ts';

/** Refusals within so many ms are one: those of all jobs that were under way when it was overloaded. */
const ONCE_MS = 1_000;
/** Up to here a limit grows quickly, however low it was cut: one refusal in a quiet hour says little of what is too much. */
const RAMP_AT_LEAST = 16;
/** A limit that has grown so far is none, */
const NO_LIMIT_FROM = 1_024;
/** and so is one that is twice what is needed and was not met for so long, ms. */
const UNMET_MS = 600_000;

/** Jobs that have a slot of an endpoint `e`: being submitted to it, or followed there. */
export const IN_FLIGHT = sql`(select count(*) from tasks t where ${HAS_SLOT})`;

/** What a refusal came to. Times in ms. */
export interface Lowered {
  readonly jobLimit: number;
  /** For how long nothing is admitted to it. */
  readonly forMs: number;
  /** False: the limit had just been lowered for another refusal. */
  readonly isNew: boolean;
}

/**
 * Halves the limit of an endpoint that is well and overloaded, never below 1, and leaves it alone for a while: longer with
 * each time, until it takes a job again. What it asks of one task (`Retry-After`) is between it and that task.
 * @param failures how often it was overloaded since its last success.
 * @returns null when it is not closed.
 */
export async function lowerLimit(
  db: Db,
  url: string,
  failures: number,
  policy: RetryPolicy,
  random: () => number,
): Promise<Lowered | null> {
  const ceilingMs = backoffMs(policy, failures + 1, () => 1);
  const forMs = Math.round(ceilingMs * (0.5 + random() / 2)); // with full jitter it could be none at all
  const { rows } = await db.execute<RawRow>(sql`
    update ocr_endpoints e set
      job_limit = case when lower.is_new then lower.job_limit else e.job_limit end,
      ramp_to = case when lower.is_new then greatest(lower.job_limit, ${RAMP_AT_LEAST}) else e.ramp_to end,
      limited_at = case when lower.is_new then now() else e.limited_at end,
      failures = case when lower.is_new then e.failures + 1 else e.failures end,
      admit_after = greatest(e.admit_after, now() + ${forMs} * interval '1 millisecond')
    from (
      select greatest(1, floor(least(coalesce(seen.job_limit, seen.jobs), greatest(seen.jobs, 1)) / 2)) as job_limit,
             seen.is_new
      from (
        select e.job_limit, ${IN_FLIGHT}::float8 as jobs,
               coalesce(e.limited_at <= now() - ${ONCE_MS} * interval '1 millisecond', true) as is_new
        from ocr_endpoints e where e.url = ${url} for update) seen) lower
    where e.url = ${url} and e.state = 'closed'
    returning e.job_limit, lower.is_new`);
  const row = rows[0];
  return row === undefined ? null : { jobLimit: Number(row['job_limit']), forMs, isNew: row['is_new'] === true };
}

/** Raises the limit for jobs that the endpoint has taken. */
export async function raiseLimit(db: Db, url: string, successes: number): Promise<void> {
  await db.execute(sql`
    update ocr_endpoints e set failures = 0, job_limit = case when not raised.is_over and raised.next < ${NO_LIMIT_FROM} then raised.next end
    from (
      select coalesce(e.limited_at <= now() - ${UNMET_MS} * interval '1 millisecond', false) and e.job_limit > 2 * ${IN_FLIGHT} as is_over,
             case when ramp_to is null or job_limit < ramp_to
             then least(job_limit + ${successes}, coalesce(ramp_to, 'infinity'))
             else job_limit + ${successes} / job_limit end as next
      from ocr_endpoints e where e.url = ${url} for update) raised
    where e.url = ${url} and e.state = 'closed' and e.job_limit is not null`);
}
