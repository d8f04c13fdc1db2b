import {
  type PDFContext,
  PDFCrossRefSection,
  PDFHeader,
  type PDFRef,
  PDFTrailer,
  PDFTrailerDict,
} from '@cantoo/pdf-lib';

interface Writable {
  sizeInBytes(): number;
  copyBytesInto(buffer: Uint8Array, offset: number): number;
}

/**
 * Writes a PDF in pieces. The library would hold the whole file, twice; here what is finished goes out and is forgotten, so
 * that no more than a page is held.
 */
export interface FileWriter {
  header(): Uint8Array;
  /** All objects that the context has, which loses them. */
  finished(): Generator<Uint8Array>;
  /** The end, by which a reader finds the objects. */
  trailer(root: PDFRef, info: PDFRef): Uint8Array;
}

export function createFileWriter(context: PDFContext): FileWriter {
  const offsets = new Map<PDFRef, number>();
  let written = 0;
  const counted = (bytes: Buffer): Uint8Array => {
    written += bytes.length;
    return bytes;
  };
  return {
    // The line of bytes beyond ASCII tells programs that move files that this one is not text.
    header: () => counted(Buffer.concat([bytesOf(PDFHeader.forVersion(1, 7)), Buffer.from('\n')])),
    *finished() {
      for (const [ref, object] of context.enumerateIndirectObjects()) {
        context.delete(ref);
        offsets.set(ref, written);
        const begin = Buffer.from(`${ref.objectNumber} ${ref.generationNumber} obj\n`);
        yield counted(Buffer.concat([begin, bytesOf(object), Buffer.from('\nendobj\n')]));
      }
    },
    trailer(root, info) {
      const table = PDFCrossRefSection.create();
      const inOrder = [...offsets].sort(([a], [b]) => a.objectNumber - b.objectNumber);
      for (const [ref, offset] of inOrder) table.addEntry(ref, offset);
      const dictionary = context.obj({ Size: context.largestObjectNumber + 1, Root: root, Info: info });
      const parts = [table, PDFTrailerDict.of(dictionary), PDFTrailer.forLastCrossRefSectionOffset(written)];
      return counted(Buffer.concat(parts.flatMap((part) => [bytesOf(part), Buffer.from('\n')])));
    },
  };
}

function bytesOf(part: Writable): Buffer {
  const buffer = Buffer.alloc(part.sizeInBytes());
  part.copyBytesInto(buffer, 0);
  return buffer;
}
