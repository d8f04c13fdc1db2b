import { UnreadableImage } from './unreadable-image.ts';

/**
 * Decodes: what a picture's header promised may not be in its file.
 * @throws UnreadableImage when the work fails.
 */
export async function decoding<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new UnreadableImage(`The image is damaged or incomplete (${reason(error)}).`);
  }
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
