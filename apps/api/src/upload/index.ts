export { IMAGE_FORMATS } from './inspection/image-format.ts';
export { receiveImage } from './receive-image.ts';
export type { ReceivedImage } from './received-image.ts';
export { UploadError, uploadTimedOut } from './upload-error.ts';
