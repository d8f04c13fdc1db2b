import { together } from '@ocrelay/batching';
import type { Db } from '@ocrelay/db';
import { sql } from 'drizzle-orm';
import type { Claim } from './claim.ts';
import { NO_ERROR } from './move.ts';
import { moveMany } from './move-many.ts';
import { UNSYNCED } from './unsynced.ts';

/** How far the long poll has come. */
export interface PollProgress {
  /** `last_seq`, given back as `since_seq`. */
  readonly cursor: number;
  readonly donePages: number | null;
  readonly totalPages: number | null;
}

/** A claimed task and how far its poll has come. */
export interface Progressed {
  readonly claim: Claim;
  readonly progress: PollProgress;
}

/**
 * ocr_processing → ocr_processing, claims kept: cursors and page progress. The answers were valid, so the tries before
 * them no longer count. Only pages are worth an entry in the timeline.
 */
async function saveAllProgress(db: Db, progressed: readonly Progressed[]): Promise<boolean[]> {
  const moved = await moveMany(
    db,
    progressed.map(({ claim }) => claim),
    {
      set: sql`poll_cursor = r.cursor, done_pages = r.done, total_pages = r.total, attempt = 1, waits = 0,
        missing_since = null, ${NO_ERROR}`,
      values: {
        cursor: { type: 'bigint', of: progressed.map(({ progress }) => progress.cursor) },
        done: { type: 'int', of: progressed.map(({ progress }) => progress.donePages) },
        total: { type: 'int', of: progressed.map(({ progress }) => progress.totalPages) },
        turned: { type: 'bool', of: progressed.map(havePagesChanged) },
      },
      event: 'progress',
      data: sql`case when r.turned then jsonb_build_object('done_pages', r.done, 'total_pages', r.total) end`,
      repeats: true,
      condition: UNSYNCED,
    },
  );
  return moved.map((task) => task !== null);
}

/**
 * Saves how far polls have come; what comes in one moment in one statement.
 * @returns a function that answers false when the claim is no longer ours.
 */
export function createProgressSaver(db: Db): (progressed: Progressed) => Promise<boolean> {
  return together((all: readonly Progressed[]) => saveAllProgress(db, all), { mostAtOnce: 100, underWay: 1 });
}

function havePagesChanged({ claim, progress }: Progressed): boolean {
  return progress.donePages !== claim.donePages || progress.totalPages !== claim.totalPages;
}
