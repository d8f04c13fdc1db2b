import { IN_PROGRESS } from '@ocrelay/contracts';
import { type SQL, sql } from 'drizzle-orm';

/** Not as parameters: an index of the tasks in progress is known to a statement only by these words. */
const STATUSES = IN_PROGRESS.map((status) => `'${status}'`).join(', ');

/** A row of `tasks` is that of a task in progress. @param table its name in the statement, where others have the column, too */
export function isInProgress(table?: 't' | 'p'): SQL {
  return sql.raw(`${table === undefined ? '' : `${table}.`}status in (${STATUSES})`);
}
