import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { missingMigrations } from './migrate.ts';

const RETRY_MS = 1_000;

/**
 * Start order is free: waits until the database is there and has all its tables, or `signal` aborts.
 * @param onWaiting told why, whenever the reason changes.
 */
export async function waitForTables(
  pool: pg.Pool,
  onWaiting: (reason: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let said = '';
  while (!signal.aborted) {
    const reason = await missingMigrations(pool).then(
      (missing) => (missing === 0 ? null : `${missing} migrations are missing: run npm run migrate`),
      (error: Error) => error.message || String(error),
    );
    if (reason === null) return;
    if (reason !== said) onWaiting(reason);
    said = reason;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}
