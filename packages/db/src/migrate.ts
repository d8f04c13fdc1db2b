import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { connectionOptions } from './pool.ts';

/** Any number that nothing else in the database takes an advisory lock on: "ocrelay" in ASCII, cut to 32 bits. */
const MIGRATION_LOCK = 0x6f637265;

/**
 * Brings the tables to the newest form. Processes that start together migrate once: the first takes an advisory lock,
 * the others wait for it and find nothing to do. When nothing is to be done, nothing is locked and no DDL runs.
 * @returns how many migrations were applied.
 */
export async function migrate(databaseUrl: string): Promise<number> {
  const client = new pg.Client({
    ...connectionOptions(databaseUrl, 'migrate'),
    query_timeout: undefined,
    options: '-c lock_timeout=0',
  });
  client.on('error', () => {}); // a lost connection also rejects the query that waits on it
  await client.connect();
  try {
    if ((await missing(client)) === 0) return 0;
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const count = await missing(client);
    if (count > 0) await applyMigrations(drizzle({ client }), { migrationsFolder: migrationsFolder() });
    return count;
  } finally {
    await client.end();
  }
}

/** How many migrations the database lacks: 0 when this program can work on it. */
export async function missingMigrations(pool: pg.Pool): Promise<number> {
  return missing(pool);
}

/** How the migrations of this release and those of the database compare. */
export interface MigrationState {
  readonly applied: number;
  /** To be applied, by name. */
  readonly pending: readonly string[];
  /** Older than the newest one that was applied, and were not: `migrate` would never apply them. */
  readonly skipped: readonly string[];
  /** Applied, and changed since. */
  readonly altered: readonly string[];
  /** Applied by another release, which is newer when nothing else is wrong. */
  readonly unknown: number;
}

/** Compares each migration, where {@link missingMigrations} only counts: for whoever wants to know what is wrong. */
export async function migrationState(pool: pg.Pool): Promise<MigrationState> {
  const files = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  const names = migrationNames();
  const applied = await appliedMigrations(pool);
  const newest = newestOf(applied);
  const namesOf = (chosen: (file: (typeof files)[number]) => boolean) =>
    files.filter(chosen).map(({ folderMillis }) => names.get(folderMillis) ?? String(folderMillis));
  return {
    applied: files.filter(({ folderMillis }) => applied.has(folderMillis)).length,
    pending: namesOf(({ folderMillis }) => folderMillis > newest),
    skipped: namesOf(({ folderMillis }) => folderMillis <= newest && !applied.has(folderMillis)),
    altered: namesOf(({ folderMillis, hash }) => applied.has(folderMillis) && applied.get(folderMillis) !== hash),
    unknown: [...applied.keys()].filter((at) => !names.has(at)).length,
  };
}

/** By the instant that stands for each in the database. */
function migrationNames(): Map<number, string> {
  const journal = JSON.parse(readFileSync(join(migrationsFolder(), 'meta', '_journal.json'), 'utf8')) as {
    entries: Array<{ when: number; tag: string }>;
  };
  return new Map(journal.entries.map(({ when, tag }) => [when, tag]));
}

async function missing(client: Pick<pg.Client, 'query'>): Promise<number> {
  const all = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  const newest = newestOf(await appliedMigrations(client));
  return all.filter((migration) => migration.folderMillis > newest).length;
}

/** The hash of each migration that the database has, by the instant that stands for it. */
async function appliedMigrations(client: Pick<pg.Client, 'query'>): Promise<Map<number, string>> {
  const known = await client.query<{ exists: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as exists`,
  );
  if (known.rows[0]?.exists !== true) return new Map();
  const { rows } = await client.query<{ hash: string; created_at: string }>(
    'select hash, created_at from drizzle.__drizzle_migrations',
  );
  return new Map(rows.map((row) => [Number(row.created_at), row.hash]));
}

function newestOf(applied: ReadonlyMap<number, string>): number {
  return Math.max(0, ...applied.keys());
}

/** `drizzle/` at the root of the repository, wherever below it this code runs from. */
function migrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'drizzle', 'meta', '_journal.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the folder drizzle/ with the migrations is missing');
    folder = parent;
  }
  return join(folder, 'drizzle');
}
