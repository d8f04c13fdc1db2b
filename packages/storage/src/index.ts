export {
  type FullReason,
  ImageMissingError,
  ImageStoreMissingError,
  StorageError,
  StorageFullError,
} from './errors.ts';
export { storeImages } from './files/store-images.ts';
export { imageKey } from './image-key.ts';
export type { ImageStore, PendingImage, StoredImage } from './image-store.ts';
export { type OpenOptions, openImageStore } from './open-image-store.ts';
export { isReallyMissing } from './really-missing.ts';
