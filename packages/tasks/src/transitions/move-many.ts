import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { type DueJob, toDueJob } from '../job-ref.ts';
import type { RawRow } from '../rows.ts';
import type { Claim } from './claim.ts';

/** One edge, for many tasks at once. */
export interface ManyMoves {
  /** What changes; `r` has the guard's columns and those of `values`. */
  readonly set: SQL;
  /** Column of `r` → its type and its value for each claim. */
  readonly values: Readonly<
    Record<string, { readonly type: 'text' | 'bigint' | 'int' | 'bool' | 'bytea'; readonly of: readonly unknown[] }>
  >;
  readonly event: string;
  /** The event's data, of the columns of `r`; null where nothing happened that is worth an entry. */
  readonly data: SQL;
  /** Counts on in a task's last entry when that is of the same type, instead of adding one. */
  readonly repeats?: true;
  readonly condition?: SQL;
  /** One more common table expression, which may read `moved` and `r`. */
  readonly also?: SQL;
}

/**
 * The same edge of many tasks of one worker in one statement: what `move` does for one. Each task has its own guard, so
 * the claims that are lost drop out, and the others move.
 * @returns for each claim its task's next job, or null.
 */
export async function moveMany(db: Db, claims: readonly Claim[], moves: ManyMoves): Promise<Array<DueJob | null>> {
  const workerId = claims[0]?.workerId;
  if (workerId === undefined) return [];
  const guard = {
    task_id: { type: 'uuid', of: claims.map((claim) => claim.taskId) },
    run: { type: 'int', of: claims.map((claim) => claim.generation) },
    step: { type: 'int', of: claims.map((claim) => claim.dispatch) },
    tried: { type: 'int', of: claims.map((claim) => claim.attempt) },
  };
  const columns = Object.entries({ ...guard, ...moves.values });
  const arrays = sql.join(
    columns.map(([, { type, of }]) => sql`${sql.param([...of])}::${sql.raw(type)}[]`),
    sql`, `,
  );
  const names = sql.raw(columns.map(([name]) => name).join(', '));
  const { rows } = await db.execute<RawRow>(sql`
    with r as (select * from unnest(${arrays}) as given(${names}) order by task_id),
    moved as (
      update tasks t set ${moves.set}, updated_at = now() from r
      where t.id = r.task_id and t.generation = r.run and t.dispatch = r.step and t.claimed_by = ${workerId}
        and ${moves.condition ?? sql`true`}
      returning t.id, t.stage, t.generation, t.dispatch, t.attempt),
    ${moves.repeats === true ? sql`${counted(moves)},` : sql``}
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select moved.id, moved.generation, ${moves.event}, ${claims[0]?.stage ?? null}, r.tried, ${moves.data}
      from moved join r on r.task_id = moved.id
      where ${moves.data} is not null
        and ${moves.repeats === true ? sql`moved.id not in (select task_id from counted)` : sql`true`})
    ${moves.also === undefined ? sql`` : sql`, ${moves.also}`}
    select * from moved`);
  const jobs = new Map(rows.map((row) => [String(row['id']), toDueJob(row)]));
  return claims.map((claim) => jobs.get(claim.taskId) ?? null);
}

/** The CTE that counts on in the last entries of `moved` that are of the same type and run. */
function counted(moves: ManyMoves): SQL {
  return sql`counted as (
    update task_events e set count = e.count + 1, data = ${moves.data}, updated_at = now()
    from moved join r on r.task_id = moved.id cross join lateral (
      select l.id, l.type, l.generation from task_events l where l.task_id = moved.id order by l.id desc limit 1) last
    where e.id = last.id and last.type = ${moves.event} and last.generation = moved.generation and ${moves.data} is not null
    returning e.task_id)`;
}
