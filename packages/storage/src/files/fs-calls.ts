/**
 * What an upload asks of the file system, by descriptors. `FileHandle` does the same, and takes half as much again of the main thread's
 * time for it: there are four of these calls for each image, and one thread for all of them.
 */
import * as fs from 'node:fs';
import { promisify } from 'node:util';

export const openFile = promisify(fs.open);
/** Flags for a file that is not there yet. */
export const NEW_FILE = fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL;
export const closeFile = promisify(fs.close);
export const renameFile = promisify(fs.rename);
/** Makes the bytes and the size durable, and not when they were written. */
export const syncData = promisify(fs.fdatasync);

const sync = promisify(fs.fsync);
const write = promisify(fs.write);
const read = promisify(fs.read);

/** Writes all bytes to a position of a file, however few a write takes. */
export async function writeAt(descriptor: number, position: number, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    const { bytesWritten } = await write(descriptor, bytes, from, bytes.length - from, position + from);
    from += bytesWritten;
  }
}

/** Up to so many bytes of a file from a position on; fewer where it ends, however few a read brings. */
export async function readAt(descriptor: number, position: number, mostBytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(mostBytes);
  let filled = 0;
  while (filled < mostBytes) {
    const { bytesRead } = await read(descriptor, buffer, filled, mostBytes - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Makes what was made, moved or removed in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const descriptor = await openFile(path, 'r');
  try {
    await sync(descriptor);
  } finally {
    await closeFile(descriptor);
  }
}
