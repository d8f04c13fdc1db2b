import type { ErrorCode, Stage, Status } from '@ocrelay/contracts';
import type { tasks } from '@ocrelay/db';

/** A row of `tasks`. */
export type Task = Omit<typeof tasks.$inferSelect, 'status' | 'stage' | 'errorCode' | 'waitingReason'> & {
  readonly status: Status;
  readonly stage: Stage | null;
  readonly errorCode: ErrorCode | null;
  readonly waitingReason: ErrorCode | null;
};

/** Rows as `execute` gives them: snake_case, bigints and numerics as text. */
export type RawRow = Record<string, unknown>;

/** What stands before every id. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export function date(value: unknown): Date {
  return value instanceof Date ? value : new Date(String(value));
}

export function dateOrNull(value: unknown): Date | null {
  return value === null || value === undefined ? null : date(value);
}
