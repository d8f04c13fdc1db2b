import { createHash } from 'node:crypto';
import { ImageMissingError, type ImageStore } from '@ocrelay/storage';
import type { KnownImage } from '@ocrelay/tasks';
import { reasonOf } from './finding.ts';

/** What is under a task's key: the image that was uploaded, another, none, or something that cannot be read. */
export type ImageState =
  | { readonly kind: 'good' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'altered'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Compares an image of the store with what its row says, a chunk at a time.
 * @param quick looks at the size only.
 * @throws the signal's reason when it aborts.
 */
export async function verifyImage(
  images: ImageStore,
  known: KnownImage,
  quick: boolean,
  stopping: AbortSignal,
): Promise<ImageState> {
  try {
    const { stream, sizeBytes } = await images.open(known.imagePath, stopping);
    if (sizeBytes !== known.sizeBytes || quick) {
      stream.destroy();
      const why = `${sizeBytes} bytes instead of ${known.sizeBytes}`;
      return sizeBytes === known.sizeBytes ? { kind: 'good' } : { kind: 'altered', why };
    }
    const hash = createHash('sha256');
    for await (const chunk of stream) hash.update(chunk as Buffer);
    return hash.digest('hex') === known.sha256 ? { kind: 'good' } : { kind: 'altered', why: 'another hash' };
  } catch (error) {
    if (stopping.aborted) throw error;
    if (error instanceof ImageMissingError) return { kind: 'missing' };
    return { kind: 'unreadable', why: reasonOf(error) };
  }
}
