import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Calls back with each line of a stream, also the last one without a line end. */
export function onLines(stream: Readable, callback: (line: string) => void): void {
  stream.on('error', () => {}); // the end of the process that writes is told otherwise
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', callback);
}
