/** The circuit breaker's moves. Each is guarded: of several workers that see the same, one moves it. */
import type { ErrorCode } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import { backoffMs } from '../backoff.ts';
import { type DueJob, dueJobOf, toDueJob } from '../job-ref.ts';
import type { RawRow } from '../rows.ts';
import { IS_PROBE_DUE } from './endpoint.ts';
import { admittedTo, IS_PARKED, PARKED_IN_TURN } from './fragments.ts';
import { IN_FLIGHT } from './limit.ts';

/** What is wrong with an endpoint, for people. */
export interface EndpointTrouble {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Between two probes of an endpoint that is down. */
const PROBES = { baseMs: 1_000, capMs: 15_000, attempts: 1 };
/** How long a probe under way keeps others from probing, ms. */
const PROBE_LEASE_MS = 15_000;
/** What an endpoint is given at a time when it is back, while tasks wait; successes raise it. */
const RAMP_FROM = 8;

/** Half of the pause is fixed: full jitter could probe at once, again and again. ms. */
function probeInMs(failures: number, random: () => number): number {
  const ceiling = backoffMs(PROBES, failures + 1, () => 1);
  return Math.round(ceiling * (0.5 + random() / 2));
}

/**
 * closed → open; half_open → open when the task that was let through was not taken.
 * @param taskId the task that met the trouble.
 * @param failures probes in a row that have failed before this one.
 * @returns whether it was opened now.
 */
export async function openBreaker(
  db: Db,
  url: string,
  trouble: EndpointTrouble,
  taskId: string,
  failures: number,
  random: () => number,
): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update ocr_endpoints set state = 'open', down_since = coalesce(down_since, now()), error_code = ${trouble.code},
           error_message = ${trouble.message}, failures = case state when 'half_open' then failures + 1 else 0 end,
           probe_at = now() + ${probeInMs(failures, random)} * interval '1 millisecond', probe_task = null
    where url = ${url} and (state = 'closed' or (state = 'half_open' and probe_task = ${taskId}))`);
  return rowCount === 1;
}

/** Takes a probe that is due, so that no other worker probes meanwhile. A half-open endpoint whose task was lost is open again. */
export async function takeProbe(db: Db, url: string): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update ocr_endpoints e set state = 'open', probe_task = null, probe_at = now() + ${PROBE_LEASE_MS} * interval '1 millisecond'
    where e.url = ${url} and ${IS_PROBE_DUE}`);
  return rowCount === 1;
}

/** open → open: the probe failed, and the next one comes later. */
export async function keepOpen(
  db: Db,
  url: string,
  trouble: EndpointTrouble,
  failures: number,
  random: () => number,
): Promise<void> {
  await db.execute(sql`
    update ocr_endpoints set error_code = ${trouble.code}, error_message = ${trouble.message}, failures = failures + 1,
           probe_at = now() + ${probeInMs(failures + 1, random)} * interval '1 millisecond'
    where url = ${url} and state = 'open'`);
}

/** What a probe that found the endpoint well came to. */
export type LetThrough =
  /** The task that has waited longest; its job is to be added. */
  | { readonly kind: 'half_open'; readonly job: DueJob }
  /** Nobody waits: the next task that comes tries it. */
  | { readonly kind: 'closed' }
  /** Somebody else has moved it. */
  | { readonly kind: 'moved' };

/**
 * open → half_open, letting the longest-parked task through; → closed where none waits.

 * One that has as many jobs as it may is given none more: its own word that it is well has to do.
 * @param tryForMs how long that task may take; then it counts as lost, and the endpoint as open.
 */
export async function letOneThrough(
  db: Db,
  url: string,
  tryForMs: number,
  maxInFlight: number | null,
): Promise<LetThrough> {
  const { rows } = await db.execute<RawRow>(sql`
    with picked as (
      select id from tasks where ${IS_PARKED}
        and (select coalesce(${maxInFlight}::int > ${IN_FLIGHT}, true) from ocr_endpoints e where e.url = ${url})
      order by ${PARKED_IN_TURN} limit 1 for update skip locked),
    tried as (
      update ocr_endpoints e set
        state = case when p.id is null then 'closed' else 'half_open' end,
        down_since = case when p.id is not null then e.down_since end,
        error_code = case when p.id is not null then e.error_code end,
        error_message = case when p.id is not null then e.error_message end,
        failures = case when p.id is null then 0 else e.failures end,
        probe_task = p.id,
        probe_at = case when p.id is not null then now() + ${tryForMs} * interval '1 millisecond' end
      from (select (select id from picked) as id) p
      where e.url = ${url} and e.state = 'open'
      returning e.state),
    moved as (
      update tasks t set ${admittedTo(sql`${url}`)}
      from picked, tried where t.id = picked.id
      returning ${dueJobOf('t')})
    select tried.state, ${dueJobOf('moved')}
    from tried left join moved on true`);
  const row = rows[0];
  if (row === undefined) return { kind: 'moved' };
  return row['id'] === null ? { kind: 'closed' } : { kind: 'half_open', job: toDueJob(row) };
}

/**
 * half_open → closed: the task that was let through was taken. The others follow as fast as it takes them.
 * @returns whether it was closed now.
 */
export async function closeBreaker(db: Db, url: string, taskId: string): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update ocr_endpoints set state = 'closed', down_since = null, error_code = null, error_message = null, failures = 0,
           probe_at = null, probe_task = null, job_limit = ${RAMP_FROM}, ramp_to = null
    where url = ${url} and state = 'half_open' and probe_task = ${taskId}`);
  return rowCount === 1;
}
