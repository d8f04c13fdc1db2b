import { setTimeout as sleep } from 'node:timers/promises';
import { missingMigrations } from '@ocrelay/db';
import { waitingFor } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';

const RETRY_MS = 1_000;

/** Start order is free: waits until the database is there and has all its tables, saying so. */
export async function waitForDatabase({ database, log, draining }: ApiContext): Promise<void> {
  let said = '';
  while (!draining.aborted) {
    const reason = await missingMigrations(database.pool).then(
      (missing) => (missing === 0 ? null : `${missing} migrations are missing: run npm run migrate`),
      (error: Error) => error.message || String(error),
    );
    if (reason === null) return;
    if (reason !== said) waitingFor(log, 'postgres', reason);
    said = reason;
    await sleep(RETRY_MS, undefined, { signal: draining }).catch(() => {});
  }
}
