import { JpegEmbedder, type PDFContext, type PDFRef, PngEmbedder } from '@cantoo/pdf-lib';
import type { PageImage } from '../exporter.ts';
import { plainPng } from './plain-png.ts';

/** A picture as an object of the file. */
export interface PagePicture {
  readonly ref: PDFRef;
  readonly width: number;
  readonly height: number;
}

/**
 * Puts a picture into the file: a JPEG and most PNGs as they are, without being decoded; a PNG with transparency or
 * interlacing is decoded, whole and in memory.
 */
export async function registerPicture(context: PDFContext, { kind, bytes }: PageImage): Promise<PagePicture> {
  const plain = kind === 'png' ? plainPng(bytes) : null;
  if (plain !== null) {
    const { data, dictionary, width, height } = plain;
    return { ref: context.register(context.stream(data, dictionary)), width, height };
  }
  const own = new Uint8Array(bytes); // the library reads from the beginning of the buffer, which may be shared
  const embedder = kind === 'jpeg' ? await JpegEmbedder.for(own) : await PngEmbedder.for(own);
  return { ref: await embedder.embedIntoContext(context), width: embedder.width, height: embedder.height };
}
