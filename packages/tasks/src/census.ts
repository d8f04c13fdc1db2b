/**
 * The whole installation in numbers, for whoever watches it. Each number costs the same however many tasks there are: it is
 * counted in an index and no further than a limit, found at the end of an index, or Postgres' own estimate.
 */
import { isTerminal, STATUSES, type Status } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import { UNSEEN_SINCE } from './due.ts';
import { countParked } from './endpoints/admission.ts';
import { loadEndpoints, type OcrEndpoint } from './endpoints/endpoint.ts';
import { HAS_SLOT, IS_PARKED } from './endpoints/fragments.ts';
import { IS_ALIVE } from './leases.ts';
import { imagesAndPages } from './pages/images-and-pages.ts';
import type { RawRow } from './rows.ts';

/** The installation as Postgres has it. */
export interface Census {
  /** Images, documents, and pages of documents. */
  readonly tasks: Readonly<Record<Status, number>>;
  readonly parked: number;
  /** How long the task has been due that has waited longest, s; 0 when none is. */
  readonly oldestDueS: number;
  readonly oldestParkedS: number;
  readonly workersAlive: number;
  /** Those of the configuration that a worker has registered. */
  readonly endpoints: readonly (OcrEndpoint & { readonly inFlight: number })[];
}

/** Tasks that have not ended are counted up to here, and so are jobs in flight. */
const COUNTED_TO = 100_000;
/** Of those that have ended there are ever more, and nobody acts on how many. */
const ENDED_COUNTED_TO = 10_000;
/** Among so many tasks of each kind the one that has been due longest is looked for. */
const LOOKED_AT = 1_000;

/** Asks one thing after the other: whoever watches gets one connection and no more. */
export async function takeCensus(db: Db, urls: readonly string[]): Promise<Census> {
  const tasks = await countByStatus(db);
  const { oldestDueS, oldestParkedS, workersAlive } = await findAges(db);
  const { endpoints, anyParked } = await loadEndpoints(db, urls);
  const inFlight = await countInFlight(db, urls);
  return {
    tasks,
    parked: anyParked ? await countParked(db) : 0,
    oldestDueS,
    oldestParkedS,
    workersAlive,
    endpoints: endpoints.map((endpoint) => ({ ...endpoint, inFlight: inFlight.get(endpoint.url) ?? 0 })),
  };
}

const countedTo = (status: Status) => (isTerminal(status) ? ENDED_COUNTED_TO : COUNTED_TO);

/**
 * Exact up to a limit; beyond it what the statistics of the last ANALYZE say, which autovacuum keeps within some percent.
 * Sorted, so that the planner takes the index: a common status looks cheap to find by going through the table.
 */
async function countByStatus(db: Db): Promise<Record<Status, number>> {
  const { rows } = await db.execute<RawRow>(sql`
    select s.status, counted.tasks as counted,
           (select f.share * greatest(c.reltuples, 0)
            from pg_stats p, pg_class c, unnest(p.most_common_vals::text::text[], p.most_common_freqs) as f(value, share)
            where p.schemaname = current_schema() and p.tablename = 'tasks' and p.attname = 'status'
              and c.oid = 'tasks'::regclass and f.value = s.status) as estimated
    from unnest(${sql.param([...STATUSES])}::text[], ${sql.param(STATUSES.map(countedTo))}::int[]) as s(status, most)
    cross join lateral (
      select count(*) as tasks from (
        ${imagesAndPages((kind) => sql`select id from tasks t where t.status = s.status and ${kind} order by t.id limit s.most`)}
        ) as first_ones) as counted`);
  const of = new Map(rows.map((row) => [String(row['status']), row]));
  const count = (status: Status) => {
    const row = of.get(status);
    const counted = Number(row?.['counted'] ?? 0);
    return counted < countedTo(status) ? counted : Math.max(counted, Math.round(Number(row?.['estimated'] ?? 0)));
  };
  return Object.fromEntries(STATUSES.map((status) => [status, count(status)])) as Record<Status, number>;
}

/**
 * No index is sorted by `due_at`: every transition would have to keep it. What has been due longest is among the oldest
 * tasks of its status, or has been seen by a reconciler; where thousands of older ones are claimed or parked it may be
 * missed, and the age is then that of another.
 */
async function findAges(db: Db) {
  const isDue = sql`claimed_by is null and due_at <= now()`;
  const oldestOf = (status: Status) => sql`
    select min(due_at) filter (where ${isDue}) as due_at from (
      ${imagesAndPages(
        (kind) =>
          sql`select due_at, claimed_by from tasks where status = ${status} and ${kind} order by id limit ${LOOKED_AT}`,
      )}) as oldest`;
  const { rows } = await db.execute<RawRow>(sql`
    select extract(epoch from now() - (select min(due_at) from (
             ${oldestOf('queued')} union all ${oldestOf('ocr_processing')} union all
             select min(due_at) filter (where ${isDue}) from (
               select due_at, claimed_by from tasks where claimed_by is null and due_at is not null
               order by ${UNSEEN_SINCE} limit ${LOOKED_AT}) as seen) as due)) as due_s,
           extract(epoch from now() - (
             select parked_at from tasks where ${IS_PARKED} order by parked_at limit 1)) as parked_s,
           (select count(*) from workers where ${IS_ALIVE}) as alive`);
  const [row] = rows;
  const age = (value: unknown) => Math.max(0, Number(value ?? 0));
  return {
    oldestDueS: age(row?.['due_s']),
    oldestParkedS: age(row?.['parked_s']),
    workersAlive: Number(row?.['alive'] ?? 0),
  };
}

async function countInFlight(db: Db, urls: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await db.execute<RawRow>(sql`
    select e.url, (select count(*) from (
      select from tasks t where ${HAS_SLOT} limit ${COUNTED_TO}) as jobs) as jobs
    from unnest(${sql.param([...urls])}::text[]) as e(url)`);
  return new Map(rows.map((row) => [String(row['url']), Number(row['jobs'])]));
}
