/**
 * Who holds a task, as guards of statements that name their tasks by id, so that the planner goes by the id. In their plain form
 * `claimed_by = …` and `claimed_by is null` lead it to the index of all that a worker holds, or of all that wait: statistics are a
 * minute old, and tell of ten where there are ten thousand, which each claim and each move would then read. Functions and
 * `is not distinct from` are true of the same rows, and known to no index.
 */
import { type SQL, sql } from 'drizzle-orm';

/** Nobody holds the task `t`, and it is due at some time. */
export const IS_UNCLAIMED: SQL = sql`num_nulls(t.claimed_by) = 1 and num_nonnulls(t.due_at) = 1`;

/** The worker holds the task. Without a table's name: no other table of the statement may have the column. */
export function isClaimedBy(workerId: string): SQL {
  return sql`claimed_by is not distinct from ${workerId}`;
}
