import type { Stage } from '@ocrelay/contracts';
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
  /** Of a page of a document: images that were uploaded by themselves come first. */
  readonly isPage: boolean;
}

/** Reads `id, stage, generation, dispatch, attempt, parent_id` and, where selected, `delay_ms`. */
export function toDueJob(row: RawRow): DueJob {
  return {
    taskId: String(row['id']),
    stage: row['stage'] as Stage,
    generation: Number(row['generation']),
    dispatch: Number(row['dispatch']),
    attempt: Number(row['attempt']) + 1,
    delayMs: Math.max(0, Math.round(Number(row['delay_ms'] ?? 0))),
    isPage: typeof row['parent_id'] === 'string',
  };
}
