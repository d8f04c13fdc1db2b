import type { ErrorCode, Stage } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { Standing } from '../after-fault.ts';
import type { JobRef } from '../job-ref.ts';
import { date, dateOrNull, type RawRow } from '../rows.ts';

/** A task that this worker holds, as it stood when it was claimed. `now` is the database's clock. */
export interface Claim extends JobRef, Standing {
  readonly workerId: string;
  /** `performance.now()` when the claim came: `now` plus what has passed since is the database's time. */
  readonly claimedAtMs: number;
  readonly submissions: number;
  readonly imagePath: string;
  readonly originalFilename: string | null;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly ocrEndpoint: string | null;
  readonly ocrJobId: string | null;
  readonly pollCursor: number;
  readonly donePages: number | null;
  readonly totalPages: number | null;
  readonly submittedAt: Date | null;
  readonly errorCode: ErrorCode | null;
}

/**
 * Takes a task for this worker. One guarded update, so of any number of workers one gets it.
 *
 * A claim of the submit stage counts a submission beforehand: if the process dies between the service's answer and our
 * saving it, the image may be read twice, and `submissions` shows it.
 * @returns null when the job is stale: the task has moved on, belongs to a later run, or is another worker's.
 */
export async function claim(db: Db, ref: JobRef, workerId: string): Promise<Claim | null> {
  const { rows } = await db.execute<RawRow>(sql`
    update tasks set claimed_by = ${workerId}, due_at = null, attempt = attempt + 1, updated_at = now(),
           submissions = submissions + ${ref.stage === 'submit' ? 1 : 0}
    where id = ${ref.taskId} and generation = ${ref.generation} and dispatch = ${ref.dispatch}
      and claimed_by is null and due_at is not null and stage = ${ref.stage}
    returning *, now() as now`);
  const row = rows[0];
  return row === undefined ? null : toClaim(row, workerId);
}

/** The claim as it stands, when this worker still holds it; changes nothing. */
export async function findClaim(db: Db, ref: JobRef, workerId: string): Promise<Claim | null> {
  const { rows } = await db.execute<RawRow>(sql`
    select *, now() as now from tasks
    where id = ${ref.taskId} and generation = ${ref.generation} and dispatch = ${ref.dispatch} and claimed_by = ${workerId}`);
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
    now: date(row['now']),
    deadlineAt: date(row['deadline_at']),
    attempt: Number(row['attempt']),
    waits: Number(row['waits']),
    resubmits: Number(row['resubmits']),
    missingSince: dateOrNull(row['missing_since']),
    submissions: Number(row['submissions']),
    imagePath: String(row['image_path']),
    originalFilename: row['original_filename'] as string | null,
    contentType: String(row['content_type']),
    sizeBytes: Number(row['size_bytes']),
    ocrEndpoint: row['ocr_endpoint'] as string | null,
    ocrJobId: row['ocr_job_id'] as string | null,
    pollCursor: Number(row['poll_cursor']),
    donePages: row['done_pages'] as number | null,
    totalPages: row['total_pages'] as number | null,
    submittedAt: dateOrNull(row['submitted_at']),
    errorCode: row['error_code'] as ErrorCode | null,
  };
}
