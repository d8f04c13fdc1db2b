import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';

/** Runs a statement written with drizzle's `sql`. Rows come as `pg` reads them, snake_case. */
export type Execute = <Row extends Record<string, unknown> = Record<string, unknown>>(
  statement: SQL,
) => Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>;

const dialect = new PgDialect();

/** There are some dozens of statements. A text that is built from data would fill the connections' memory. */
const MOST_NAMES = 200;

/** Names by text: the same for all connections of a pool. */
export type StatementNames = Map<string, string>;

/**
 * Gives every text a name, under which each connection parses and plans it once: that is most of the work of a short
 * statement. A statement must name the columns it returns: with `*`, one that is prepared breaks when a migration of the
 * next release adds a column.
 */
export function prepared(on: Pick<pg.Pool | pg.PoolClient, 'query'>, names: StatementNames): Execute {
  return async (statement) => {
    const { sql: text, params: values } = dialect.sqlToQuery(statement);
    const name = names.get(text) ?? (names.size < MOST_NAMES ? `ocrelay_${names.size}` : undefined);
    if (name === undefined) return on.query({ text, values });
    names.set(text, name);
    return on.query({ name, text, values });
  };
}
