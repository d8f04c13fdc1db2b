import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { JobRef } from './job-ref.ts';
import type { RawRow } from './rows.ts';

/**
 * Those of the steps at which their tasks are no longer: taken away, moved on, or gone. Not asked by the claim, so that a step
 * that is about to be claimed is not taken for a stale one; whatever takes a claim away raises the dispatch.
 */
export async function staleSteps<Ref extends JobRef>(db: Db, refs: readonly Ref[]): Promise<Ref[]> {
  if (refs.length === 0) return [];
  const { rows } = await db.execute<RawRow>(sql`
    select given.place from unnest(
      ${sql.param(refs.map((ref) => ref.taskId))}::uuid[], ${sql.param(refs.map((ref) => ref.generation))}::int[],
      ${sql.param(refs.map((ref) => ref.dispatch))}::int[]) with ordinality as given(task_id, run, step, place)
    where not exists (
      select from tasks t where t.id = given.task_id and t.generation = given.run and t.dispatch = given.step)`);
  const stale = new Set(rows.map((row) => Number(row['place']) - 1));
  return refs.filter((_, at) => stale.has(at));
}
