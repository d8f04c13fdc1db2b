import { assertSchemaCompatibility, DEFAULT_SCHEMA, runMigrations, SchemaMigrationRequiredError } from 'bullmq';
import type pg from 'pg';

/** @throws SchemaMigrationRequiredError when the queues have no schema. */
export async function assertSchema(pool: pg.Pool): Promise<void> {
  await withClient(pool, async (client) => {
    if (!(await hasSchema(client))) throw new SchemaMigrationRequiredError(DEFAULT_SCHEMA);
    await assertSchemaCompatibility(client, DEFAULT_SCHEMA);
  });
}

/** Makes or updates the schema of the queues. When it is current, this is two reads and no DDL. */
export async function migrateSchema(pool: pg.Pool): Promise<void> {
  await withClient(pool, async (client) => {
    if (await hasSchema(client)) await assertSchemaCompatibility(client, DEFAULT_SCHEMA);
    else await runMigrations(client, DEFAULT_SCHEMA);
  });
}

/** A connection on which something failed may still wait for an answer: it is closed, and not lent out again. */
async function withClient(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let failed = true;
  try {
    await work(client);
    failed = false;
  } finally {
    client.release(failed);
  }
}

/** Asked before BullMQ reads it: a read that fails is an error in Postgres' log, at the first start of every installation. */
async function hasSchema(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query('select to_regclass($1) is not null as is_there', [
    `${DEFAULT_SCHEMA}.migration`,
  ]);
  return rows[0].is_there;
}
