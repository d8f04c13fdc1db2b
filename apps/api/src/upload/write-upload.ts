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

/** As much of the beginning is gathered before anything is written, and kept for inspection: most headers, and small images whole. */
const HEAD_BYTES = 256 * 1024;

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
 * Writes an upload, hashing it on the way, and inspects it at its end. The beginning is gathered, so that a small image is inspected
 * before anything of it is written, and written at once; of a larger one the next chunk is taken only when the last is written, so
 * a slow store slows the socket. `opening` is waited for when there is something to write. A file that is too large or no image is
 * refused as soon as that is known.
 * Throws UploadError, the errors of the store, those of the stream, and the signal's reason, which ends the inspection of a
 * document. Discards nothing.
 */
export async function writeUpload(
  chunks: Readable,
  opening: Promise<PendingImage>,
  limits: UploadLimits,
  signal: AbortSignal,
): Promise<InspectedImage> {
  const hash = createHash('sha256');
  const gathered: Buffer[] = [];
  let head: Buffer | null = null;
  let sizeBytes = 0;
  let format: ImageFormatName | null = null;
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limits.maxUploadBytes) throw tooLarge(limits.maxUploadBytes);
    hash.update(chunk);
    if (head !== null) {
      await (await opening).write(chunk);
      continue;
    }
    gathered.push(chunk);
    if (format === null && sizeBytes >= SNIFF_BYTES) format = await requireFormat(joined(gathered));
    if (sizeBytes < HEAD_BYTES) continue;
    head = joined(gathered);
    await (await opening).write(head);
  }
  if (sizeBytes === 0) throw new UploadError('file_empty', 'the file is empty');
  const pending = await opening;
  const beginning = head ?? joined(gathered);
  format ??= await requireFormat(beginning);
  const inspection =
    format === 'pdf'
      ? await inspectPdf(async () => (head === null ? beginning : pending.read(0, sizeBytes)), limits, signal)
      : await inspectImage(
          format,
          bufferedSource({ sizeBytes, read: (offset, length) => pending.read(offset, length) }, beginning),
          limits,
        );
  if (head === null) await pending.write(beginning);
  return { ...IMAGE_FORMATS[format], ...inspection, sizeBytes, sha256: hash.digest('hex') };
}

/** A file that is larger than allowed. */
export function tooLarge(maxUploadBytes: number): UploadError {
  return new UploadError('file_too_large', `the file is larger than ${maxUploadBytes} bytes`, {
    max_upload_bytes: maxUploadBytes,
  });
}

/** One piece is most often all there is, and need not be copied. */
function joined(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}

async function requireFormat(head: Buffer): Promise<ImageFormatName> {
  const format = sniffImage(head);
  if (format !== null) return format;
  const detected = await guessContentType(head);
  const found = detected === null ? 'the file is neither an image nor a document' : `the file is ${detected}`;
  const message = `${found}; PNG, JPEG, WebP, TIFF and BMP images and PDF documents are accepted`;
  throw new UploadError('unsupported_media_type', message, { detected });
}
