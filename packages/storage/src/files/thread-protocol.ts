import type { SmallImage } from './store-small.ts';

/** Images of one moment, for the store in one folder. Their bytes are in shared memory, and are not copied. */
export interface StoreOrder {
  readonly root: string;
  readonly images: readonly SmallImage[];
}

/** Why an image was not stored. */
export interface StoreFault {
  readonly message: string;
  /** The errno name of a system error, such as `ENOSPC`. */
  readonly code: string | undefined;
}

/** For each image, in order: null when it is stored. */
export type StoreAnswer = ReadonlyArray<StoreFault | null>;
