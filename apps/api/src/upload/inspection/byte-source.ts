/** The bytes of a file that arrived, for looking at its header: nothing here allocates by a length that the file claims. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Up to `length` (at most 64 KiB) bytes from `offset`; shorter at the end of the file, empty outside of it. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** The most that one read returns. */
export const BLOCK_BYTES = 64 * 1024;

/** What is read at least: entries and markers lie close together. */
const AHEAD_BYTES = 4 * 1024;

interface Stored {
  readonly sizeBytes: number;
  read(offset: number, length: number): Promise<Buffer>;
}

/** Reads from the head, which is in memory, and beyond it from the file, somewhat more than is asked for, keeping the last. */
export function bufferedSource(file: Stored, head: Buffer): ByteSource {
  const { sizeBytes } = file;
  let block = { start: 0, bytes: head.subarray(0, 0) };
  return {
    sizeBytes,
    async read(offset, length) {
      const end = Math.min(sizeBytes, offset + Math.min(length, BLOCK_BYTES));
      if (!Number.isSafeInteger(offset) || offset < 0 || offset >= end) return head.subarray(0, 0);
      if (end <= head.length) return head.subarray(offset, end);
      if (offset < block.start || end > block.start + block.bytes.length) {
        const size = Math.max(end - offset, AHEAD_BYTES);
        // Near the end the block reaches back, so that a footer and what precedes it come with one read.
        const start = Math.max(0, Math.min(offset, sizeBytes - size));
        block = { start, bytes: await file.read(start, size) };
      }
      return block.bytes.subarray(offset - block.start, end - block.start);
    },
  };
}

/** Where `wanted` first occurs at or after `from`; -1 when it does not. Reads the file once, block by block. */
export async function findBytes(source: ByteSource, wanted: Buffer, from: number): Promise<number> {
  const step = BLOCK_BYTES - wanted.length + 1;
  for (let at = from; at + wanted.length <= source.sizeBytes; at += step) {
    const found = (await source.read(at, BLOCK_BYTES)).indexOf(wanted);
    if (found !== -1) return at + found;
  }
  return -1;
}
