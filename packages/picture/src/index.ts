export { decoding } from './decoding.ts';
export { openPicture } from './open-picture.ts';
export { UnreadableImage } from './unreadable-image.ts';
