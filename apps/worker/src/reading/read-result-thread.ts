import { readRaw } from './read-raw.ts';
import type { RawResult } from './result-reader.ts';

/** The thread's work: what `readRaw` does, off the event loop. */
export default function readInThread({ raw, token }: RawResult) {
  return readRaw(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), token);
}
