import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Of clients of files and documents. */
const STALL_MS = 60_000;

/**
 * Sends the pieces of an answer as they come and as fast as the client takes them; one that takes nothing for a minute is cut off.
 * @throws what the pieces end with, and `ERR_STREAM_PREMATURE_CLOSE` when the client has left.
 */
export async function sendPieces(res: ServerResponse, pieces: Readable): Promise<void> {
  cutOffStalled(res, STALL_MS);
  await pipeline(pieces, res);
}

/**
 * Cuts a client off that takes nothing of an answer for so long though there is something to take: what is kept for it is needed by
 * others. One that takes it byte by byte is waited for, as is a file that takes its time to be made.
 */
export function cutOffStalled(res: ServerResponse, ms: number): void {
  res.setTimeout(ms, () => {
    if ((res.socket?.writableLength ?? 0) > 0) res.destroy();
  });
}
