import type { Stage } from '@ocrelay/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { RawRow } from './rows.ts';

/** One step of one run of a task: what a queue job points at. */
export interface JobRef {
  readonly taskId: string;
  readonly stage: Stage;
  readonly generation: number;
  readonly dispatch: number;
}

/** A job to be added to the queue. */
export interface DueJob extends JobRef {
  /** The try that the job will be, from 1; for people who watch the queue. */
  readonly attempt: number;
  /** How long the queue is to hold it back. */
  readonly delayMs: number;
  /** Which page of a document it is, from 1; null for what was uploaded by itself. */
  readonly page: number | null;
}

const COLUMNS = ['id', 'stage', 'generation', 'dispatch', 'attempt', 'page'];

/** The columns of a row that `toDueJob` reads. */
export const DUE_JOB: SQL = sql.raw(COLUMNS.join(', '));

/** The same where other tables of the statement have such columns. @param table its name there */
export function dueJobOf(table: 't' | 'p' | 'd' | 'moved'): SQL {
  return sql.raw(COLUMNS.map((column) => `${table}.${column}`).join(', '));
}

/** Reads {@link DUE_JOB} and, where selected, `delay_ms`. */
export function toDueJob(row: RawRow): DueJob {
  return {
    taskId: String(row['id']),
    stage: row['stage'] as Stage,
    generation: Number(row['generation']),
    dispatch: Number(row['dispatch']),
    attempt: Number(row['attempt']) + 1,
    delayMs: Math.max(0, Math.round(Number(row['delay_ms'] ?? 0))),
    page: row['page'] as number | null,
  };
}
