/**
 * The image as the submit stage sends it: only the one that was uploaded.
 *
 * A small image is read whole and checked before anything is sent. Of a larger one the hash is known when its last byte was
 * read, and by then a plain stream would have sent it: so the last chunk is held back until size and hash are those of the
 * row; a request that lacks its last bytes is no submission.
 */
import { createHash, type Hash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import type { ImageFile } from '@ocrelay/ocr';
import { ImageMissingError, type ImageStore, isReallyMissing, StorageError } from '@ocrelay/storage';
import type { Claim, Fault } from '@ocrelay/tasks';

/** The store has other bytes under the task's key than were uploaded. */
class ImageAlteredError extends Error {
  override readonly name = 'ImageAlteredError';
}

/** What the row says of the bytes that were uploaded. */
type Original = Pick<Claim, 'sizeBytes' | 'sha256'>;
type Stored = Original & Pick<Claim, 'imagePath'>;
type Image = Stored & Pick<Claim, 'originalFilename' | 'contentType'>;

/** A task's image, for the OCR client. What its `open` and its stream throw is for {@link faultOfImage}. */
export function imageToSubmit(images: ImageStore, image: Image): ImageFile {
  return {
    filename: image.originalFilename ?? image.imagePath.split('/').at(-1) ?? 'image',
    contentType: image.contentType,
    sizeBytes: image.sizeBytes,
    async open() {
      if (image.sizeBytes <= WHOLE_BYTES) return readVerified(images, image);
      const { stream, sizeBytes } = await images.open(image.imagePath);
      if (sizeBytes === image.sizeBytes) return verified(stream, image);
      stream.destroy();
      throw new ImageAlteredError(`it has ${sizeBytes} bytes instead of ${image.sizeBytes}`);
    },
  };
}

/** Up to this size an image is one read and one piece of the request: a stream costs several times as much. */
const WHOLE_BYTES = 256 * 1024;

/** All bytes of what was uploaded. What it throws is for {@link faultOfImage}. */
export async function readVerified(images: ImageStore, image: Stored): Promise<Buffer> {
  const { sizeBytes, sha256 } = image;
  const bytes = await images.read(image.imagePath, sizeBytes + 1);
  const wrong = alteration(bytes.length, createHash('sha256').update(bytes), { sizeBytes, sha256 });
  if (wrong !== null) throw wrong;
  return bytes;
}

/** What is wrong with bytes that were read to their end; null when they are those that were uploaded. */
function alteration(readBytes: number, hash: Hash, { sizeBytes, sha256 }: Original): ImageAlteredError | null {
  if (readBytes > sizeBytes) return new ImageAlteredError(`it has more than ${sizeBytes} bytes`);
  if (readBytes < sizeBytes) return new ImageAlteredError(`it ended after ${readBytes} bytes`);
  return hash.digest('hex') === sha256 ? null : new ImageAlteredError('its hash is another');
}

/** The same bytes; ends in an error, without its last chunk, when they are not those that were uploaded. */
export function verified(stored: Readable, original: Original): Readable {
  const hash = createHash('sha256');
  let readBytes = 0;
  let held: Buffer | null = null;
  const checked = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      readBytes += chunk.length;
      if (readBytes > original.sizeBytes) return done(alteration(readBytes, hash, original));
      if (held !== null) this.push(held);
      held = chunk;
      done();
    },
    flush(done) {
      const wrong = alteration(readBytes, hash, original);
      if (wrong !== null) done(wrong);
      else done(null, held);
    },
  });
  stored.once('error', (cause) => checked.destroy(new StorageError('the image cannot be read', { cause })));
  checked.once('close', () => stored.destroy());
  return stored.pipe(checked);
}

/** What an error of the image asks of the task; null when it is not the image's. */
export async function faultOfImage(images: ImageStore, error: unknown): Promise<Fault | null> {
  if (error instanceof ImageAlteredError) return ALTERED;
  if (error instanceof ImageMissingError) return (await isReallyMissing(images, error.key)) ? MISSING : STORE_BROKEN;
  return error instanceof StorageError ? STORE_BROKEN : null;
}

const ALTERED: Fault = {
  reaction: 'give_up',
  code: 'image_corrupt',
  message: 'The image in the image store is no longer the one that was uploaded.',
};

const MISSING: Fault = {
  reaction: 'give_up',
  code: 'image_missing',
  message: 'The image is no longer in the image store.',
};

const STORE_BROKEN: Fault = {
  reaction: 'wait',
  code: 'storage_unavailable',
  message: 'The image store cannot be read now.',
};
