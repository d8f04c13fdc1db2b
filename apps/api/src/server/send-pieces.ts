import type { ServerResponse } from 'node:http';

/** Of clients of files and documents. */
export const STALL_MS = 60_000;

/**
 * Cuts a client off that takes nothing of an answer for so long though there is something to take: what is kept for it is needed by
 * others. One that takes it byte by byte is waited for, as is a file that takes its time to be made.
 */
export function cutOffStalled(res: ServerResponse, ms: number): void {
  res.setTimeout(ms, () => {
    if ((res.socket?.writableLength ?? 0) > 0) res.destroy();
  });
}
