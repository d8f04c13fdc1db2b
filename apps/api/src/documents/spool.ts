/**
 * A file between who makes it and who takes it away, neither of whom waits for the other. What is not taken yet is kept in memory,
 * and beyond some of it on disk: in a temporary file that has lost its name by the time that anything is in it, so that nothing is
 * left of it whatever becomes of this process. No library: `fs-capacitor` has a named file for every stream, also a small one, and
 * takes a write that was cut short for a whole one.
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError } from '../errors/api-error.ts';
import { internalError, noRoomForFile, tooManyDocuments } from '../errors/catalogue.ts';

export interface SpoolLimits {
  /** Of one file, before the rest of it goes to disk. */
  readonly memoryBytes: number;
  /** Of all files together, on disk. */
  readonly diskBytes: number;
  readonly folder?: string;
}

export interface Spool {
  /** Ends when the bytes are kept. One at a time. @throws ApiError storage_full, overloaded */
  write(bytes: Uint8Array): Promise<void>;
  /** Nothing follows. */
  end(): void;
  /** What follows cannot be made: who reads is told so, and nothing more. */
  fail(error: unknown): void;
  /** What is written, as it comes, to be read once. @throws what it failed with */
  read(): AsyncGenerator<Uint8Array>;
  /** Forgets all of it. Safe at any time, and needed in the end. */
  drop(): Promise<void>;
}

/** Read from disk at a time. */
const PIECE_BYTES = 256 * 1024;

/** Makes spools that share the limit of the disk. */
export function createSpools({ memoryBytes, diskBytes, folder = tmpdir() }: SpoolLimits): () => Spool {
  let allOnDisk = 0;
  return () => {
    const inMemory: Uint8Array[] = [];
    let bytesInMemory = 0;
    let file: FileHandle | null = null;
    let reserved = 0;
    let written = 0;
    let taken = 0;
    let end: { readonly error: unknown } | 'whole' | 'dropped' | null = null;
    let wake = () => {};

    const toDisk = async (bytes: Uint8Array) => {
      if (allOnDisk + bytes.byteLength > diskBytes) throw tooManyDocuments();
      allOnDisk += bytes.byteLength;
      reserved += bytes.byteLength;
      file ??= await openNameless(folder);
      if (end === 'dropped') return file.close();
      await file.appendFile(bytes);
      written += bytes.byteLength;
    };
    const fromDisk = async (from: FileHandle, most: number) => {
      const { buffer, bytesRead } = await from.read(Buffer.allocUnsafe(most), 0, most, taken);
      taken += bytesRead;
      return buffer.subarray(0, bytesRead);
    };
    return {
      async write(bytes) {
        if (end === 'dropped') return;
        if (file === null && bytesInMemory + bytes.byteLength <= memoryBytes) {
          inMemory.push(bytes);
          bytesInMemory += bytes.byteLength;
        } else {
          await toDisk(bytes).catch((error: unknown) => {
            if (end !== 'dropped') throw toApiFailure(error);
          });
        }
        wake();
      },
      end() {
        end ??= 'whole';
        wake();
      },
      fail(error) {
        end ??= { error };
        wake();
      },
      async *read() {
        while (end !== 'dropped') {
          if (typeof end === 'object' && end !== null) throw end.error;
          const next = inMemory.shift();
          if (next !== undefined) {
            bytesInMemory -= next.byteLength;
            yield next;
          } else if (file !== null && taken < written) {
            yield await fromDisk(file, Math.min(PIECE_BYTES, written - taken));
          } else if (end === 'whole') {
            return;
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      },
      async drop() {
        if (end === 'dropped') return;
        end = 'dropped';
        inMemory.length = 0;
        allOnDisk -= reserved;
        wake();
        await file?.close();
      },
    };
  };
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `ocrelay-export-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Whatever the disk says is no trouble of the database, whose codes may be the same. */
function toApiFailure(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? noRoomForFile(error) : internalError(error);
}
