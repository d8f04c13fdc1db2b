import type { Success } from '@ocrelay/contracts';

/** The envelope of a success. */
export function ok<T>(message: string, data: T): Success<T> {
  return { success: true, message, data };
}
