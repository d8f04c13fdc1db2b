import type { Db } from '@ocrelay/db';
import { type SQL, sql } from 'drizzle-orm';
import { DUE_JOB, type DueJob, dueJobOf, toDueJob } from '../job-ref.ts';
import { AFTER_DOCUMENTS, CLOSING, lockedDocuments } from '../pages/end-of-page.ts';
import type { RawRow } from '../rows.ts';
import type { Claim } from './claim.ts';
import { counted, NOT_COUNTED } from './counted.ts';
import { isClaimedBy } from './guards.ts';

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
  /** Counts on in a task's last entry when that is alike, instead of adding one. */
  readonly repeats?: true;
  readonly condition?: SQL;
  /** One more common table expression, which may read `moved` and `r`. */
  readonly also?: SQL;
  /** The tasks end: documents that they are pages of take notice. */
  readonly ends?: true;
}

/** What came of one task's move. */
export interface Moved {
  /** The task's next job, where it has one. */
  readonly next: DueJob;
  /** The job of the document whose last page the task was; null for any other. Of several pages of a document one has it. */
  readonly document: DueJob | null;
}

/** The tasks of `moved`, each with its values. */
const WITH_VALUES: SQL = sql`moved join r on r.task_id = moved.id`;

/**
 * The same edge of many tasks of one worker in one statement: what `move` does for one. Each task has its own guard, so
 * the claims that are lost drop out, and the others move.
 * @returns what came of each claim; null where it is no longer ours.
 */
export async function moveMany(db: Db, claims: readonly Claim[], moves: ManyMoves): Promise<Array<Moved | null>> {
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
  const parents = moves.ends === true ? claims.flatMap(({ parentId }) => parentId ?? []) : [];
  const closes = parents.length > 0;
  const { rows } = await db.execute<RawRow>(sql`
    with r as (select * from unnest(${arrays}) as given(${names}) order by task_id),
    ${closes ? sql`${lockedDocuments(parents)},` : sql``}
    moved as (
      update tasks t set ${moves.set}, updated_at = now() from r
      where t.id = r.task_id and t.generation = r.run and t.dispatch = r.step and ${isClaimedBy(workerId)}
        and ${moves.condition ?? sql`true`} and ${closes ? AFTER_DOCUMENTS : sql`true`}
      returning ${dueJobOf('t')}, t.parent_id, t.status),
    ${moves.repeats === true ? sql`${counted(moves.event, moves.data, WITH_VALUES)},` : sql``}
    noted as (
      insert into task_events (task_id, generation, type, stage, attempt, data)
      select moved.id, moved.generation, ${moves.event}, ${claims[0]?.stage ?? null}, r.tried, ${moves.data}
      from ${WITH_VALUES} where ${moves.data} is not null and ${moves.repeats === true ? NOT_COUNTED : sql`true`})
    ${moves.also === undefined ? sql`` : sql`, ${moves.also}`}
    ${closes ? sql`, ${CLOSING}` : sql``}
    select ${DUE_JOB} from moved
    ${closes ? sql`union all select ${DUE_JOB} from closing where open_pages = 0` : sql``}`);
  const jobs = new Map(rows.map((row) => [String(row['id']), toDueJob(row)]));
  return claims.map((claim) => {
    const next = jobs.get(claim.taskId);
    if (next === undefined) return null;
    const document = jobs.get(claim.parentId ?? '') ?? null;
    if (document !== null) jobs.delete(document.taskId);
    return { next, document };
  });
}
