import type { Exporter, ExportSource, PageImage } from '../exporter.ts';
import { noOptions } from '../query-options.ts';

/**
 * The pages as they look, with their text over them: invisible, to select and to search. One that could not be read says why in
 * a note, which its picture is not covered by.
 */
export const pdf: Exporter<Record<string, never>> = {
  mediaType: 'application/pdf',
  extension: 'pdf',
  holdsMany: false,
  options: noOptions,
  write([source]) {
    if (source?.pageImage === undefined) throw new TypeError('a PDF is made of pictures: pageImage is missing');
    return { mediaType: pdf.mediaType, extension: pdf.extension, body: bytesOf(source, source.pageImage) };
  },
};

/** Of the hundreds of modules that making a PDF takes none is loaded before somebody wants one. */
async function* bytesOf(
  source: ExportSource,
  pageImage: (page: number) => Promise<PageImage | null>,
): AsyncGenerator<Uint8Array> {
  const { pdfBytes } = await import('./pdf-bytes.ts');
  yield* pdfBytes(source, pageImage);
}
