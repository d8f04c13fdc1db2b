import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { RawRow } from './rows.ts';
import { madeAtMs } from './upload-fence.ts';

/**
 * Whether so many images without a task say that the database is the wrong one, or was restored from an old copy, rather
 * than that their uploads died: then nothing is swept before somebody has looked.
 */
export function areSuspicious(orphans: number, images: number): boolean {
  return orphans > 50 && orphans > images / 2;
}

/**
 * Of these images, those without a row that are older than the grace, by the database's clock: no row can come any more.
 * What has no task's id for a name is nobody's, and left alone.
 */
export async function orphanedImages(db: Db, keys: readonly string[], graceMs: number): Promise<string[]> {
  const images = keys.flatMap((key) => {
    const taskId = key.slice(key.lastIndexOf('/') + 1).split('.', 1)[0] ?? '';
    const madeAt = madeAtMs(taskId);
    return madeAt === null ? [] : [{ key, taskId, madeAt: new Date(madeAt) }];
  });
  if (images.length === 0) return [];
  const { rows } = await db.execute<RawRow>(sql`
    select i.key from unnest(${sql.param(images.map(({ key }) => key))}::text[], ${sql.param(images.map(({ taskId }) => taskId))}::uuid[],
                             ${sql.param(images.map(({ madeAt }) => madeAt.toISOString()))}::timestamptz[]) as i(key, task_id, made_at)
    where i.made_at < now() - ${graceMs} * interval '1 millisecond'
      and not exists (select from tasks t where t.id = i.task_id)`);
  return rows.map((row) => String(row['key']));
}
