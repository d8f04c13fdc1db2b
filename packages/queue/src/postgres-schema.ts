import { assertSchemaCompatibility, DEFAULT_SCHEMA, runMigrations, SchemaMigrationRequiredError } from 'bullmq';
import type pg from 'pg';

/** @throws SchemaMigrationRequiredError when the queues have no schema. */
export async function assertSchema(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    if (!(await hasSchema(client))) throw new SchemaMigrationRequiredError(DEFAULT_SCHEMA);
    await assertSchemaCompatibility(client, DEFAULT_SCHEMA);
  } finally {
    client.release();
  }
}

/** Makes or updates the schema of the queues. When it is current, this is two reads and no DDL. */
export async function migrateSchema(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    if (await hasSchema(client)) await assertSchemaCompatibility(client, DEFAULT_SCHEMA);
    else await runMigrations(client, DEFAULT_SCHEMA);
  } finally {
    client.release();
  }
}

/** Asked before BullMQ reads it: a read that fails is an error in Postgres' log, at the first start of every installation. */
async function hasSchema(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query('select to_regclass($1) is not null as is_there', [
    `${DEFAULT_SCHEMA}.migration`,
  ]);
  return rows[0].is_there;
}
