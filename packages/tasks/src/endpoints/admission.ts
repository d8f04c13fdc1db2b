/**
 * Which tasks are submitted where, while endpoints are limited or down: a task is admitted to an endpoint that has room, and
 * otherwise parked, without a job, until there is some. Room is counted under a lock of the endpoints' rows, so that all
 * workers together never give an endpoint more than its limit.
 */
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import { type DueJob, dueJobOf, type JobRef, toDueJob } from '../job-ref.ts';
import type { RawRow } from '../rows.ts';
import { asked, type Claim, claimFor, IS_FREE } from '../transitions/claim.ts';
import { counted, NOT_COUNTED } from '../transitions/counted.ts';
import type { EndpointTrouble } from './breaker.ts';
import { admittedTo, IS_PARKED, PARKED_IN_TURN } from './fragments.ts';
import { IN_FLIGHT } from './limit.ts';

/** Where tasks may be submitted to. */
export interface Places {
  /** The configured endpoints. */
  readonly urls: readonly string[];
  /** The most jobs one of them is given at a time, whatever it takes; null: no such limit. */
  readonly maxInFlight: number | null;
}

/** How much an endpoint has, and how much more it is given. */
export interface Room {
  readonly url: string;
  readonly inFlight: number;
  readonly room: number;
}

/** What came of the tasks that asked to be submitted. */
export interface Admitted {
  /** By task id. */
  readonly claims: Map<string, Claim>;
  /** Ids. */
  readonly parked: Set<string>;
}

/**
 * Claims tasks of the submit stage for endpoints with room, and parks the others.
 * @param trouble why there is no endpoint at all; null where they are only busy.
 */
export function admit(
  db: Db,
  refs: readonly JobRef[],
  workerId: string,
  places: Places,
  trouble: EndpointTrouble | null,
): Promise<Admitted> {
  return db.transaction(async (execute) => {
    const rooms = await countRoom(execute, places);
    const claims = await claimFor(execute, refs, spread(refs.length, rooms), workerId);
    const left = refs.filter((ref) => !claims.has(ref.taskId));
    return { claims, parked: left.length === 0 ? new Set() : await parkAll(execute, left, trouble) };
  });
}

/**
 * Admits tasks that are parked, as many as there is room for, each in its turn: {@link PARKED_IN_TURN}.
 * @param limit most at once.
 * @returns their jobs, to be added.
 */
export function unpark(db: Db, places: Places, limit: number): Promise<DueJob[]> {
  return db.transaction(async (execute) => {
    const rooms = await countRoom(execute, places);
    const urls = spread(limit, rooms).filter((url) => url !== null);
    if (urls.length === 0) return [];
    const { rows } = await execute<RawRow>(sql`
      with picked as (
        select id, row_number() over () as n from (
          select id from tasks where ${IS_PARKED}
          order by ${PARKED_IN_TURN} limit ${urls.length} for update skip locked) longest)
      update tasks t set ${admittedTo(sql`place.url`)}
      from picked join unnest(${sql.param(urls)}::text[]) with ordinality as place(url, n) on place.n = picked.n
      where t.id = picked.id
      returning ${dueJobOf('t')}`);
    return rows.map(toDueJob);
  });
}

/** Nobody needs to know exactly how many more wait. */
export const PARKED_COUNTED_TO = 100_000;

/** How many tasks are parked; counts no further than `most`. */
export async function countParked(db: Db, most = PARKED_COUNTED_TO): Promise<number> {
  const { rows } = await db.execute<RawRow>(sql`
    select count(*) as parked from (
      select from tasks where ${IS_PARKED} limit ${most}) as parked`);
  return Number(rows[0]?.['parked'] ?? 0);
}

/** An endpoint for each of so many tasks, or null: always the one that has least to do, of those with room. */
export function spread(count: number, rooms: readonly Room[]): Array<string | null> {
  const left = rooms.map(({ url, inFlight, room }) => ({ url, inFlight, room }));
  return Array.from({ length: count }, () => {
    const [best] = left.filter(({ room }) => room >= 1).sort((a, b) => a.inFlight - b.inFlight);
    if (best === undefined) return null;
    best.inFlight += 1;
    best.room -= 1;
    return best.url;
  });
}

/** Locks the endpoints; the count is a statement of its own, which sees what whoever held the lock before has done. */
async function countRoom(execute: Db['execute'], { urls, maxInFlight }: Places): Promise<Room[]> {
  const among = sql`e.url = any(${sql.param([...urls])}::text[])`;
  await execute(sql`select url from ocr_endpoints e where ${among} order by url for update`);
  const { rows } = await execute<RawRow>(sql`
    select url, ${IN_FLIGHT} as jobs,
           case when state = 'closed' and coalesce(admit_after <= now(), true) then coalesce(floor(job_limit), 'infinity')
           else 0 end as job_limit
    from ocr_endpoints e where ${among}`);
  return rows.map((row) => {
    const inFlight = Number(row['jobs']);
    const most = Math.min(Number(row['job_limit']), maxInFlight ?? Number.POSITIVE_INFINITY);
    return { url: String(row['url']), inFlight, room: Math.max(0, most - inFlight) };
  });
}

/** Same status: due and unclaimed → parked. Where they only wait for their turn, nothing is wrong and nothing is noted. */
async function parkAll(
  execute: Db['execute'],
  refs: readonly JobRef[],
  trouble: EndpointTrouble | null,
): Promise<Set<string>> {
  const data = sql`${trouble && JSON.stringify({ code: trouble.code, message: trouble.message })}::jsonb`;
  const { rows } = await execute<RawRow>(sql`
    with moved as (
      update tasks t set parked_at = now(), due_at = null, updated_at = now(),
             waits = t.waits + ${trouble === null ? 0 : 1}, waiting_reason = coalesce(${trouble?.code ?? null}, t.waiting_reason),
             error_code = coalesce(${trouble?.code ?? null}, t.error_code),
             error_message = coalesce(${trouble?.message ?? null}, t.error_message)
      from ${asked(refs)}
      where ${IS_FREE} and t.stage = 'submit' and t.ocr_endpoint is null
      returning t.id, t.generation, t.attempt),
    ${counted('waiting', data)},
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select id, generation, 'waiting', 'submit', attempt, ${data} from moved where ${data} is not null and ${NOT_COUNTED})
    select id from moved`);
  return new Set(rows.map((row) => String(row['id'])));
}
