/**
 * The endpoints of the OCR service as all workers together see them. A row for each: a circuit breaker, which takes an
 * endpoint out of use while it is down, and a limit to the jobs that it is given at a time.
 *
 * closed → open: it cannot be reached, or refuses our token; it refuses several tasks; it fails several tasks, or refuses
 * one, and its own health check fails, too.
 * open → half_open: a probe found it well; the task that has waited longest is let through.
 * half_open → closed: that task was taken. half_open → open: it was not.
 * @see https://martinfowler.com/bliki/CircuitBreaker.html
 */
import type { ErrorCode } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { isInProgress } from '../in-progress.ts';
import { dateOrNull, type RawRow } from '../rows.ts';
import { IS_PARKED } from './fragments.ts';

/** An endpoint as it stands. */
export interface OcrEndpoint {
  readonly url: string;
  /** The breaker. */
  readonly state: 'closed' | 'open' | 'half_open';
  /** Since when the breaker has not been closed. */
  readonly downSince: Date | null;
  /** For how long that is, ms, by the database's clock. */
  readonly downForMs: number | null;
  /** What is wrong; null while it is closed. */
  readonly trouble: { readonly code: ErrorCode; readonly message: string } | null;
  /** Failed probes in a row; while closed, refusals for overload in a row. */
  readonly failures: number;
  /** How many jobs it is given at a time, learned from its answers; null: as many as there are. */
  readonly jobLimit: number | null;
  /** It has asked to be left alone, and the time is not up. */
  readonly isHeld: boolean;
  /** Not closed, and to be looked at now. */
  readonly isProbeDue: boolean;
  /** Half open: the task that was let through. */
  readonly probeTask: string | null;
  /** Half open, and that task was taken. */
  readonly isProbeTaken: boolean;
}

/**
 * Whether an endpoint `e` is to be probed: the pause is over, or the task that was let through has come away from it (its
 * worker has died, it was cancelled, its image is gone) or has not been heard of for too long.
 */
export const IS_PROBE_DUE: SQL = sql`(e.state <> 'closed' and (e.probe_at <= now() or (e.state = 'half_open' and not exists (
  select from tasks t where t.id = e.probe_task and t.ocr_endpoint = e.url and ${isInProgress('t')}))))`;

/** All endpoints of a configuration, and whether any task waits for one. */
export interface OcrEndpoints {
  readonly endpoints: readonly OcrEndpoint[];
  readonly anyParked: boolean;
}

/** Makes rows for endpoints that have none; to be done once by every worker. */
export async function registerEndpoints(db: Db, urls: readonly string[]): Promise<void> {
  await db.execute(sql`
    insert into ocr_endpoints (url) select unnest(${sql.param([...urls])}::text[]) on conflict do nothing`);
}

/** The endpoints, in the order given; those that were never registered are left out. */
export async function loadEndpoints(db: Db, urls: readonly string[]): Promise<OcrEndpoints> {
  const { rows } = await db.execute<RawRow>(sql`
    select url, state, down_since, extract(epoch from now() - down_since) * 1000 as down_for_ms, error_code, error_message,
           failures, job_limit, probe_task, coalesce(admit_after > now(), false) as is_held, ${IS_PROBE_DUE} as is_probe_due,
           e.state = 'half_open' and exists (
             select from tasks t where t.id = e.probe_task and t.ocr_endpoint = e.url and t.stage <> 'submit') as is_probe_taken,
           parked.any_parked
    from (select exists (select from tasks where ${IS_PARKED}) as any_parked) parked
    left join ocr_endpoints e on e.url = any(${sql.param([...urls])}::text[])`);
  const found = new Map(rows.filter((row) => row['url'] !== null).map((row) => [String(row['url']), toEndpoint(row)]));
  return {
    endpoints: urls.map((url) => found.get(url)).filter((endpoint) => endpoint !== undefined),
    anyParked: rows[0]?.['any_parked'] === true,
  };
}

function toEndpoint(row: RawRow): OcrEndpoint {
  const code = row['error_code'] as ErrorCode | null;
  return {
    url: String(row['url']),
    state: row['state'] as OcrEndpoint['state'],
    downSince: dateOrNull(row['down_since']),
    downForMs: row['down_for_ms'] === null ? null : Number(row['down_for_ms']),
    trouble: code === null ? null : { code, message: String(row['error_message'] ?? '') },
    failures: Number(row['failures']),
    jobLimit: row['job_limit'] as number | null,
    isHeld: row['is_held'] === true,
    isProbeDue: row['is_probe_due'] === true,
    probeTask: row['probe_task'] as string | null,
    isProbeTaken: row['is_probe_taken'] === true,
  };
}
