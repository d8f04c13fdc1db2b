import type { FileHandle } from 'node:fs/promises';

/** Up to so many bytes of a file from a position on; fewer where it ends, however few a read brings. */
export async function readAt(handle: FileHandle, position: number, mostBytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(mostBytes);
  let filled = 0;
  while (filled < mostBytes) {
    const { bytesRead } = await handle.read(buffer, filled, mostBytes - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
