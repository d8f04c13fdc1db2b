/**
 * When an image without a row is garbage: how sweeping stays clear of uploads that are slow.
 *
 * An image is stored before its row is inserted, and in between a process may be frozen for as long as it likes. So the
 * insert itself is fenced: the database refuses it once its clock is past `insertUntil`, and an image counts as an
 * orphan only a grace later, by the same clock. Both go by the time in the task's id, so that a clock of ours that is
 * wrong moves both alike.
 */
const LEAST_GRACE_MS = 600_000;
/** Clocks of API and database may differ by as much without an upload being refused, on top of three time-outs. */
const CLOCKS_APART_MS = 60_000;

/** How old an image or a temporary file must be to be swept: ten times what an upload may take, and ten minutes at least. */
export function orphanGraceMs(uploadTimeoutMs: number): number {
  return Math.max(10 * uploadTimeoutMs, LEAST_GRACE_MS);
}

/** Until when the row of a new task may be inserted. Far from the grace: a statement that has begun takes 30 s at most. */
export function insertUntil(taskId: string, uploadTimeoutMs: number): Date {
  return new Date((madeAtMs(taskId) ?? 0) + 4 * uploadTimeoutMs + CLOCKS_APART_MS);
}

/** The time in a UUID of version 7 (RFC 9562, 5.7), ms since 1970; null for any other. */
export function madeAtMs(taskId: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(taskId);
  return match === null ? null : Number.parseInt(`${match[1]}${match[2]}`, 16);
}
