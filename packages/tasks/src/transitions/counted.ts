/**
 * Consecutive events that are alike are one entry of the timeline with a count: a service that is down for a day is not thousands
 * of entries. Alike are events of one type, one run of the task and one cause, which is the `code` of their data, or none.
 */
import { type SQL, sql } from 'drizzle-orm';

/**
 * The CTE `counted`: the last entries of those tasks of `moved` that an event is alike count on, with its data.
 * @param data of the event; null where there is none.
 * @param among `moved`, with what else the data is made of.
 */
export function counted(type: string, data: SQL, among: SQL = sql`moved`): SQL {
  return sql`counted as (
    update task_events e set count = e.count + 1, data = ${data}, updated_at = now()
    from ${among} cross join lateral (
      select l.id, l.type, l.generation, l.data->>'code' as code from task_events l
      where l.task_id = moved.id order by l.id desc limit 1) last
    where e.id = last.id and last.type = ${type} and last.generation = moved.generation
      and last.code is not distinct from (${data})->>'code' and ${data} is not null
    returning e.task_id)`;
}

/** The event of a task of `moved` is to be an entry of its own. */
export const NOT_COUNTED: SQL = sql`moved.id not in (select task_id from counted)`;
