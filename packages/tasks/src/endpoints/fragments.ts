/** Pieces of statements that say the same of a task wherever they stand. */
import { type SQL, sql } from 'drizzle-orm';
import { isInProgress } from '../in-progress.ts';

/** A row of `tasks` waits without a job for an endpoint. */
export const IS_PARKED: SQL = sql`parked_at is not null and ${isInProgress()}`;

/**
 * Which parked task goes first: what was uploaded by itself, then first pages of documents, then second ones; of each the one that has
 * waited longest. So a document of two pages does not stand behind one of hundreds.
 */
export const PARKED_IN_TURN: SQL = sql`coalesce(page, 0), parked_at, id`;

/** A task `t` has a slot of the endpoint `e`: it is being submitted to it, or followed there. */
export const HAS_SLOT: SQL = sql`t.ocr_endpoint = e.url and t.stage in ('submit', 'poll')
  and ${isInProgress('t')}`;

/** What admits a parked task `t` to an endpoint: it is due, in a slot of it, under a new dispatch. */
export const admittedTo = (url: SQL): SQL => sql`parked_at = null, due_at = now(),
  dispatch = t.dispatch + 1, ocr_endpoint = ${url}, updated_at = now()`;
