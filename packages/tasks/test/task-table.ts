import { randomUUID } from 'node:crypto';
import type { Database } from '@ocrelay/db';
import type pg from 'pg';
import { openTestDatabase } from '../../../test/support/database.ts';
import { type Claim, createTask, type DueJob, markSplit, type NewTask, newTaskId } from '../src/index.ts';
import { claim, markOcrEnded, markSubmitted } from './one-task.ts';

export const DAY_MS = 86_400_000;
export const NO_PROGRESS = { cursor: 0, donePages: null, totalPages: null };

/** A suite's own tables, and tasks that stand where a test begins. */
export interface TaskTable extends Database {
  rows(statement: string, values?: unknown[]): Promise<pg.QueryResultRow[]>;
  row(taskId: string): Promise<pg.QueryResultRow>;
  /** Type, count and data of the task's events, oldest first. */
  events(taskId: string): Promise<pg.QueryResultRow[]>;
  /** The task, its events and its results, to be compared. */
  everything(taskId: string): Promise<unknown>;
  empty(): Promise<void>;
  drop(): Promise<void>;
  uploaded(overrides?: Partial<NewTask>): Promise<string>;
  queued(overrides?: Partial<NewTask>): Promise<DueJob>;
  /** Claimed by the worker, in the stage. */
  claimed(stage: 'submit' | 'poll' | 'store', workerId?: string): Promise<Claim>;
  /** A document that was split: its claimed pages, in their order, in the split stage. */
  document(pages: number, workerId?: string): Promise<{ readonly id: string; readonly pages: Claim[] }>;
}

export async function openTaskTable(): Promise<TaskTable> {
  const database = await openTestDatabase(25);
  const { db, pool } = database;
  const table: TaskTable = {
    ...database,
    rows: async (statement, values = []) => (await pool.query(statement, values)).rows,
    row: async (taskId) => one(await table.rows('select * from tasks where id = $1', [taskId])),
    events: (taskId) =>
      table.rows(
        'select type, generation, stage, attempt, count, data from task_events where task_id = $1 order by id',
        [taskId],
      ),
    everything: async (taskId) => ({
      task: await table.row(taskId),
      events: await table.events(taskId),
      results: await table.rows('select * from ocr_results where task_id = $1', [taskId]),
    }),
    empty: async () => void (await pool.query('truncate tasks, workers cascade')),
    async uploaded(overrides) {
      const task = newTask(overrides);
      await createTask(db, task);
      return task.id;
    },
    async queued(overrides) {
      const made = await createTask(db, newTask({ startWithDeadlineMs: DAY_MS, ...overrides }));
      if (made.kind !== 'created') throw new Error(made.kind);
      return one([made.job]);
    },
    async claimed(stage, workerId = randomUUID()) {
      const submit = one([await claim(db, await table.queued(), workerId)]);
      if (stage === 'submit') return submit;
      const next = one([await markSubmitted(db, submit, { jobId: 'ocr-1', endpoint: 'http://ocr.test' })]);
      const poll = one([await claim(db, next, workerId)]);
      if (stage === 'poll') return poll;
      const last = one([await markOcrEnded(db, poll, { cursor: 7, donePages: 2, totalPages: 2 })]);
      return one([await claim(db, last, workerId)]);
    },
    async document(pages, workerId = randomUUID()) {
      const split = one([await claim(db, await table.queued({ pages, contentType: 'application/pdf' }), workerId)]);
      const jobs = (await markSplit(db, split, newPages(pages))) ?? [];
      const claims = await Promise.all(jobs.map(async (job) => one([await claim(db, job, workerId)])));
      return { id: split.taskId, pages: claims.sort((a, b) => (a.page ?? 0) - (b.page ?? 0)) };
    },
  };
  return table;
}

/** An image that becomes a task; only what a test is about needs saying. */
export function newTask(overrides: Partial<NewTask> = {}): NewTask {
  return {
    id: newTaskId(),
    imagePath: 'ab/cd/invoice.png',
    originalFilename: 'invoice.png',
    contentType: 'image/png',
    sizeBytes: 1234,
    sha256: 'a'.repeat(64),
    width: 640,
    height: 480,
    pages: null,
    startWithDeadlineMs: null,
    idempotency: null,
    ...overrides,
  };
}

/** What a worker makes up for the pages of a document. */
export function newPages(count: number) {
  return Array.from({ length: count }, () => newTaskId()).map((id) => ({ id, imagePath: `images/${id}.png` }));
}

/** The only, and present, element. */
export function one<T>(values: readonly (T | null | undefined)[]): T {
  const [value] = values;
  if (values.length !== 1 || value === null || value === undefined)
    throw new Error(`expected one, not ${values.length}`);
  return value;
}
