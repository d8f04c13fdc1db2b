import { IN_PROGRESS, type Stage } from '@ocrelay/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { JobRef } from '../job-ref.ts';
import type { RawRow } from '../rows.ts';

/** What may still be under way for a task that was taken from whoever had it; nothing of it can change the task any more. */
export interface WorkLeft {
  readonly taskId: string;
  /** The queue's job of the step that it was in; null when it was in none. */
  readonly job: JobRef | null;
  /** The job that the OCR service works on. */
  readonly ocrJob: { readonly endpoint: string; readonly jobId: string } | null;
  /** A worker had it and was handing the image over: the service may have a job that nobody knows of. */
  readonly mayBeSubmitted: boolean;
}

/** The columns of a row, as it was before, that `toWorkLeft` reads. */
export const WORK_LEFT: SQL = sql.raw(
  'id, status, stage, generation, dispatch, attempt, claimed_by, ocr_endpoint, ocr_job_id',
);

/**
 * The job that the OCR service works on, of the columns `stage, ocr_endpoint, ocr_job_id` of a task that was in progress. In
 * the store stage the service has finished; in a second submit it has lost the job that the row still names.
 */
export function toOcrJobLeft(row: RawRow): WorkLeft['ocrJob'] {
  if (row['stage'] !== 'poll' || row['ocr_endpoint'] === null) return null;
  return { endpoint: String(row['ocr_endpoint']), jobId: String(row['ocr_job_id']) };
}

export function toWorkLeft(row: RawRow): WorkLeft {
  const isInProgress = IN_PROGRESS.some((status) => status === row['status']);
  const stage = isInProgress ? (row['stage'] as Stage) : null;
  return {
    taskId: String(row['id']),
    job:
      stage === null
        ? null
        : {
            taskId: String(row['id']),
            stage,
            generation: Number(row['generation']),
            dispatch: Number(row['dispatch']),
          },
    ocrJob: stage === null ? null : toOcrJobLeft(row),
    mayBeSubmitted: stage === 'submit' && row['claimed_by'] !== null,
  };
}
