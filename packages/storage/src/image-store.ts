import type { Readable } from 'node:stream';

/**
 * Where images are kept. Every store makes the same promises:
 *
 * - nothing of an image can be seen under its key before `commit` resolved, and then all of it is there, and durable;
 * - what was not committed leaves nothing behind once `discard` resolved;
 * - an image never changes after its commit.
 *
 * Only the end of what writes, a process or its thread, in the middle of a commit that it had not answered, may leave an image under a
 * key that nobody has got.
 */
export interface ImageStore {
  /** Begins a new image. Nothing of it is anywhere before its first `write`, or its `commit`. */
  create(): PendingImage;
  /**
   * Opens a committed image for reading. The stream holds a handle until it ends or is destroyed; aborting `signal` destroys it.
   * Throws ImageMissingError, StorageError.
   */
  open(key: string, signal?: AbortSignal): Promise<StoredImage>;
  /**
   * The first bytes of a committed image, at most `mostBytes`: one call where a stream takes several.
   * Throws ImageMissingError, StorageError.
   */
  read(key: string, mostBytes: number): Promise<Buffer>;
  /** Removes an image; a missing one is fine. Throws StorageError. */
  delete(key: string): Promise<void>;
  /** The keys of all committed images, in no order, as they are found; those that come or go meanwhile may be among them. Throws StorageError. */
  list(): AsyncIterable<string>;
  /**
   * Removes images that were begun, never committed nor discarded, and not written to for so long by the store's own clock:
   * their process has died. At most `limit`; returns how many. One that was removed all the same cannot be committed any more.
   * Throws StorageError.
   */
  dropAbandoned(unwrittenForMs: number, limit: number): Promise<number>;
  /** How much room is left for images, bytes; null where there is no such limit. Throws StorageError. */
  freeBytes(): Promise<number | null>;
  /** Whether there is a store, with or without images: false where its disk is not mounted, or nobody has made it. */
  exists(): Promise<boolean>;
  /** Makes the store, or what it lacks. Throws StorageError. */
  make(): Promise<void>;
  /** Resolves when an image could be written now; throws StorageError or StorageFullError with a plain reason. */
  checkWritable(): Promise<void>;
  /** Ends what the store runs; small images are not stored any more, and those that are being committed are rejected. */
  close(): Promise<void>;
}

/** A committed image, opened for reading. */
export interface StoredImage {
  readonly stream: Readable;
  readonly sizeBytes: number;
}

/** An image that is being written. Ends with exactly one of `commit` and `discard`. */
export interface PendingImage {
  /** Bytes accepted by `write` so far. */
  readonly sizeBytes: number;
  /**
   * Appends a chunk, which belongs to the store from now on, and resolves when the next one may come, so that a slow store slows its
   * writer. One call at a time.
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Up to `length` bytes from `offset` of what was written; shorter at the end, empty beyond it. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Makes the image durable and visible under `key`. When it throws, the image can still be discarded. */
  commit(key: string): Promise<void>;
  /** Removes what was written. Safe at any time and any number of times; does nothing after a commit. */
  discard(): Promise<void>;
}
