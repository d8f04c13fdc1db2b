import { sql } from 'drizzle-orm';

/**
 * A condition, always true, with which a statement does not wait for the disk when it commits. For what the OCR service
 * would tell again: if Postgres itself crashes within the next half second, it may be undone, and is done once more.
 */
export const UNSYNCED = sql`(select set_config('synchronous_commit', 'off', true)) is not null`;
