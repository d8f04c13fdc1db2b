import { setImmediate } from 'node:timers/promises';

/** Bytes at a time: few enough to hold, many enough not to be felt. */
const CHUNK_LENGTH = 64 * 1024;

/**
 * Parts of a text as bytes, gathered to chunks of some 64 KiB; a lone surrogate becomes U+FFFD. Between two chunks others have
 * their turn: a reader that is never full would not let them.
 */
export async function* utf8(parts: Iterable<string>): AsyncGenerator<Uint8Array> {
  let gathered = '';
  for (const part of parts) {
    gathered += part;
    if (gathered.length < CHUNK_LENGTH) continue;
    yield Buffer.from(gathered);
    gathered = '';
    await setImmediate();
  }
  if (gathered !== '') yield Buffer.from(gathered);
}
