import * as z from 'zod';

/**
 * Where a task can stand: `uploaded → queued → ocr_processing → ocr_done | ocr_failed`, and `cancelled` from any that
 * is not terminal. A restart takes `ocr_failed | cancelled` back to `queued`, in a new generation.
 */
export const STATUSES = ['uploaded', 'queued', 'ocr_processing', 'ocr_done', 'ocr_failed', 'cancelled'] as const;
export const status = z.enum(STATUSES);
export type Status = z.infer<typeof status>;

/** Somebody has asked for the reading and it has not ended yet. */
export const IN_PROGRESS = ['queued', 'ocr_processing'] as const satisfies readonly Status[];

/** Nothing happens any more unless somebody starts the task again. */
export const TERMINAL = ['ocr_done', 'ocr_failed', 'cancelled'] as const satisfies readonly Status[];

export function isTerminal(of: Status): boolean {
  return (TERMINAL as readonly Status[]).includes(of);
}

/**
 * The steps of a task, in order. Each has a queue `ocr-<stage>` of its own. An image begins with `submit`. A document that is
 * read page by page is split, and stored when its pages have ended; each of its pages is split off (rendered), and then goes
 * the way of an image.
 */
export const STAGES = ['split', 'submit', 'poll', 'store'] as const;
export const stage = z.enum(STAGES);
export type Stage = z.infer<typeof stage>;
