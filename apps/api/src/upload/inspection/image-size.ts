/** What a header says, before it is turned upright. Pixels. */
export interface HeaderSize {
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8; 1 where there is none. */
  readonly orientation: number;
  /** Of a format that may have several; without it one. */
  readonly pages?: number;
}

/** Thrown by the readers of headers: this is not a whole image. The message ends a sentence that begins with "the image". */
export class CorruptImage extends Error {
  override name = 'CorruptImage';
}

/** Exactly `length` bytes, or CorruptImage. */
export async function exactly(
  source: { read(offset: number, length: number): Promise<Buffer> },
  offset: number,
  length: number,
): Promise<Buffer> {
  const bytes = await source.read(offset, length);
  if (bytes.length < length) throw new CorruptImage('ends too early');
  return bytes;
}
