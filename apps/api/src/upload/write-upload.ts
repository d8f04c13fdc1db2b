import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { PendingImage } from '@ocrelay/storage';
import { bufferedSource } from './inspection/byte-source.ts';
import { IMAGE_FORMATS, type ImageFormatName } from './inspection/image-format.ts';
import { inspectImage } from './inspection/inspect-image.ts';
import { inspectPdf, type PdfInspection } from './inspection/inspect-pdf.ts';
import { guessContentType, SNIFF_BYTES, sniffImage } from './inspection/sniff.ts';
import type { ReceivedImage } from './received-image.ts';
import { UploadError } from './upload-error.ts';

export interface UploadLimits extends PdfInspection {
  readonly maxUploadBytes: number;
  readonly maxImagePixels: number;
}

/** What the bytes alone tell. */
export type InspectedImage = Pick<
  ReceivedImage,
  'contentType' | 'extension' | 'sizeBytes' | 'sha256' | 'width' | 'height' | 'pages'
>;

/**
 * Writes an upload, hashing it on the way, and inspects it at its end. The next chunk is taken only when the last is written, so a
 * slow store slows the socket. A file that is too large or no image is refused as soon as that is known.
 * Throws UploadError, the errors of the store, those of the stream, and the signal's reason, which ends the inspection of a
 * document. Discards nothing.
 */
export async function writeUpload(
  chunks: Readable,
  pending: PendingImage,
  limits: UploadLimits,
  signal: AbortSignal,
): Promise<InspectedImage> {
  const hash = createHash('sha256');
  let head: Buffer = Buffer.alloc(0);
  let format: ImageFormatName | null = null;
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    if (pending.sizeBytes + chunk.length > limits.maxUploadBytes) throw tooLarge(limits.maxUploadBytes);
    hash.update(chunk);
    if (format === null) {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      if (head.length >= SNIFF_BYTES) format = await requireFormat(head);
    }
    await pending.write(chunk);
  }
  const { sizeBytes } = pending;
  if (sizeBytes === 0) throw new UploadError('file_empty', 'the file is empty');
  format ??= await requireFormat(head);
  const inspection =
    format === 'pdf'
      ? await inspectPdf(() => pending.read(0, sizeBytes), limits, signal)
      : await inspectImage(format, bufferedSource(pending, head), limits);
  return { ...IMAGE_FORMATS[format], ...inspection, sizeBytes, sha256: hash.digest('hex') };
}

/** A file that is larger than allowed. */
export function tooLarge(maxUploadBytes: number): UploadError {
  return new UploadError('file_too_large', `the file is larger than ${maxUploadBytes} bytes`, {
    max_upload_bytes: maxUploadBytes,
  });
}

async function requireFormat(head: Buffer): Promise<ImageFormatName> {
  const format = sniffImage(head);
  if (format !== null) return format;
  const detected = await guessContentType(head);
  const found = detected === null ? 'the file is neither an image nor a document' : `the file is ${detected}`;
  const message = `${found}; PNG, JPEG, WebP, TIFF and BMP images and PDF documents are accepted`;
  throw new UploadError('unsupported_media_type', message, { detected });
}
