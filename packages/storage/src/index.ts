export {
  type FullReason,
  ImageMissingError,
  ImageStoreMissingError,
  StorageError,
  StorageFullError,
} from './errors.ts';
export { imageKey } from './image-key.ts';
export type { ImageStore, PendingImage, StoredImage } from './image-store.ts';
export { openImageStore } from './open-image-store.ts';
