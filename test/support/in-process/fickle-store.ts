import { type ImageStore, StorageError } from '@ocrelay/storage';

/** A store that a test can make refuse images. */
export interface FickleStore {
  readonly images: ImageStore;
  /** So many of the next images cannot be made durable. */
  refuse(times: number): void;
}

export function fickleStore(images: ImageStore): FickleStore {
  let refusals = 0;
  return {
    images: {
      ...images,
      create() {
        const pending = images.create();
        return {
          get sizeBytes() {
            return pending.sizeBytes;
          },
          write: (chunk) => pending.write(chunk),
          read: (offset, length) => pending.read(offset, length),
          async commit(key) {
            if (refusals === 0) return pending.commit(key);
            refusals -= 1;
            throw new StorageError('the disk does not answer');
          },
          discard: () => pending.discard(),
        };
      },
    },
    refuse(times) {
      refusals = times;
    },
  };
}
