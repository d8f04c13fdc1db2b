import { together } from '@ocrelay/batching';
import type { ErrorCode, Stage } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import type { Standing } from '../after-fault.ts';
import type { JobRef } from '../job-ref.ts';
import { date, dateOrNull, type RawRow } from '../rows.ts';
import { IS_UNCLAIMED, isClaimedBy } from './guards.ts';
import { UNSYNCED } from './unsynced.ts';

/** A task that this worker holds, as it stood when it was claimed. `now` is the database's clock. */
export interface Claim extends JobRef, Standing {
  readonly workerId: string;
  /** `performance.now()` when the claim came: `now` plus what has passed since is the database's time. */
  readonly claimedAtMs: number;
  /** The document that it is a page of, and which; null for what was uploaded itself. */
  readonly parentId: string | null;
  readonly page: number | null;
  /** Whether it is a document that is read page by page. */
  readonly isDocument: boolean;
  readonly submissions: number;
  /** Workers that died while they had the result in hand, from the first on it is read alone; or while they rendered the page. */
  readonly crashes: number;
  readonly imagePath: string;
  readonly originalFilename: string | null;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly ocrEndpoint: string | null;
  readonly ocrJobId: string | null;
  readonly pollCursor: number;
  readonly donePages: number | null;
  readonly totalPages: number | null;
  readonly submittedAt: Date | null;
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
}

/** By name: see `prepared` in packages/db. */
const COLUMNS =
  sql.raw(`id, parent_id, page, open_pages, stage, generation, dispatch, attempt, waits, resubmits, missing_since, submissions, crashes, image_path,
  original_filename, content_type, size_bytes, sha256, ocr_endpoint, ocr_job_id, poll_cursor, done_pages, total_pages, submitted_at,
  deadline_at, error_code, error_message, now() as now`);

/** Takes tasks for one worker. Null when the job is stale: the task has moved on, is of a later run, or is claimed. */
export type Claimer = (ref: JobRef) => Promise<Claim | null>;

/** More would make the statement's locks last. */
const MOST_AT_ONCE = 100;
/** Statements under way; what comes meanwhile goes together in the next one. */
const STATEMENTS = 1;

/**
 * Takes tasks of one stage for this worker. A claim is a guarded update, so of any number of workers one gets the task;
 * what many jobs ask for in the same moment is one statement.
 *
 * A claim of the submit stage counts a submission beforehand: if the process dies between the service's answer and our
 * saving it, the image may be read twice, and `submissions` shows it.
 */
export function createClaimer(db: Db, workerId: string, stage: Stage): Claimer {
  return together(
    async (refs: readonly JobRef[]) => {
      const claims = await claimAll(db, refs, workerId, stage);
      return refs.map((ref) => takeClaim(claims, ref));
    },
    { mostAtOnce: MOST_AT_ONCE, underWay: STATEMENTS },
  );
}

/**
 * The claim that came of a job, if any: of two jobs for the same step, one gets it.
 * @param claims by task id; what is taken is in them no more.
 */
export function takeClaim(claims: Map<string, Claim>, { taskId }: JobRef): Claim | null {
  const claim = claims.get(taskId) ?? null;
  claims.delete(taskId);
  return claim;
}

async function claimAll(db: Db, refs: readonly JobRef[], workerId: string, stage: Stage): Promise<Map<string, Claim>> {
  const { rows } = await db.execute<RawRow>(sql`
    update tasks t set claimed_by = ${workerId}, due_at = null, attempt = t.attempt + 1, updated_at = now(),
           submissions = t.submissions + ${stage === 'submit' ? 1 : 0}
    from ${asked(refs)}
    where ${IS_FREE} and t.stage = ${stage}
      and ${stage === 'submit' ? sql`true` : UNSYNCED}
    returning ${COLUMNS}`);
  return toClaims(rows, workerId);
}

/**
 * Takes tasks of the submit stage for one worker, each for the endpoint beside it; one that has been admitted to an endpoint
 * before keeps that. One without either is not taken.
 * @param places an endpoint's URL or null for each of `refs`.
 * @param execute of the transaction in which the endpoints' room was counted.
 */
export async function claimFor(
  execute: Db['execute'],
  refs: readonly JobRef[],
  places: ReadonlyArray<string | null>,
  workerId: string,
): Promise<Map<string, Claim>> {
  const placeOf = new Map(refs.map((ref, index) => [ref, places[index] ?? null]));
  const { rows } = await execute<RawRow>(sql`
    update tasks t set claimed_by = ${workerId}, due_at = null, attempt = t.attempt + 1, updated_at = now(),
           submissions = t.submissions + 1, ocr_endpoint = coalesce(t.ocr_endpoint, r.place)
    from ${asked(refs, (ref) => placeOf.get(ref) ?? null)}
    where ${IS_FREE} and t.stage = 'submit' and coalesce(t.ocr_endpoint, r.place) is not null
    returning ${COLUMNS}`);
  return toClaims(rows, workerId);
}

/** The jobs as rows `r(task_id, run, step)`, or `r(task_id, run, step, place)`. */
export function asked(refs: readonly JobRef[], place?: (ref: JobRef) => string | null): SQL {
  // In one order, so that two statements that want the same rows cannot wait for each other.
  const sorted = [...refs].sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
  const column = (type: string, of: (ref: JobRef) => unknown) => sql`${sql.param(sorted.map(of))}::${sql.raw(type)}[]`;
  const columns = [
    column('uuid', (ref) => ref.taskId),
    column('int', (ref) => ref.generation),
    column('int', (ref) => ref.dispatch),
  ];
  return place === undefined
    ? sql`unnest(${sql.join(columns, sql`, `)}) as r(task_id, run, step)`
    : sql`unnest(${sql.join([...columns, column('text', place)], sql`, `)}) as r(task_id, run, step, place)`;
}

/** Whether `t` is at the step that `r` asks for, and nobody's. */
export const IS_FREE: SQL = sql`t.id = r.task_id and t.generation = r.run and t.dispatch = r.step and ${IS_UNCLAIMED}`;

function toClaims(rows: readonly RawRow[], workerId: string): Map<string, Claim> {
  return new Map(rows.map((row) => [String(row['id']), toClaim(row, workerId)]));
}

/** The claim as it stands, when this worker still holds it; changes nothing. */
export async function findClaim(db: Db, ref: JobRef, workerId: string): Promise<Claim | null> {
  const { rows } = await db.execute<RawRow>(sql`
    select ${COLUMNS} from tasks
    where id = ${ref.taskId} and generation = ${ref.generation} and dispatch = ${ref.dispatch} and ${isClaimedBy(workerId)}`);
  const row = rows[0];
  return row === undefined ? null : toClaim(row, workerId);
}

function toClaim(row: RawRow, workerId: string): Claim {
  return {
    taskId: String(row['id']),
    stage: row['stage'] as Stage,
    generation: Number(row['generation']),
    dispatch: Number(row['dispatch']),
    workerId,
    claimedAtMs: performance.now(),
    parentId: row['parent_id'] as string | null,
    page: row['page'] as number | null,
    isDocument: row['open_pages'] !== null,
    now: date(row['now']),
    deadlineAt: date(row['deadline_at']),
    attempt: Number(row['attempt']),
    waits: Number(row['waits']),
    resubmits: Number(row['resubmits']),
    missingSince: dateOrNull(row['missing_since']),
    submissions: Number(row['submissions']),
    crashes: Number(row['crashes']),
    imagePath: String(row['image_path']),
    originalFilename: row['original_filename'] as string | null,
    contentType: String(row['content_type']),
    sizeBytes: Number(row['size_bytes']),
    sha256: String(row['sha256']),
    ocrEndpoint: row['ocr_endpoint'] as string | null,
    ocrJobId: row['ocr_job_id'] as string | null,
    pollCursor: Number(row['poll_cursor']),
    donePages: row['done_pages'] as number | null,
    totalPages: row['total_pages'] as number | null,
    submittedAt: dateOrNull(row['submitted_at']),
    errorCode: row['error_code'] as ErrorCode | null,
    errorMessage: row['error_message'] as string | null,
  };
}
