import * as z from 'zod';
import { invalidCursor } from '../errors/catalogue.ts';

/** Cursors are opaque, so that what they hold may change: today the last task's id. */
const VERSION = '1.';
const uuid = z.uuid();

export function toCursor(lastTaskId: string): string {
  return Buffer.from(VERSION + lastTaskId).toString('base64url');
}

/** The id that a page begins after. @throws ApiError invalid_cursor */
export function parseCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  const parsed = uuid.safeParse(text.slice(VERSION.length));
  if (!text.startsWith(VERSION) || !parsed.success) throw invalidCursor();
  return parsed.data;
}
