import { readRaw } from './read-raw.ts';

/** The thread's work: what `readRaw` does, off the event loop. */
export default function readInThread({ raw, token }: { raw: Uint8Array; token: string | null }) {
  return readRaw(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), token);
}
