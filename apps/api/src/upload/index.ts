export type { ReceiveOptions } from './receive-image.ts';
export { receiveImage } from './receive-image.ts';
export type { ReceivedImage } from './received-image.ts';
export type { UploadErrorCode } from './upload-error.ts';
export { UploadError } from './upload-error.ts';
