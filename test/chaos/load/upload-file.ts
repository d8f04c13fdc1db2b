import { createHash } from 'node:crypto';
import { rgb } from '@cantoo/pdf-lib';
import { imageNamed } from '../../support/images.ts';
import { makePdf } from '../../support/make-pdf.ts';
import { makeTiff } from '../../support/make-tiff.ts';

/** What a client uploads: the same bytes each time it sends them. */
export interface UploadFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly extension: string;
  /** Of a document that is read page by page; null for an image. */
  readonly pages: number | null;
}

/** An image that no other upload has. */
export function imageFile(name: string): UploadFile {
  return { bytes: new Uint8Array(imageNamed(name)), contentType: 'image/png', extension: 'png', pages: null };
}

/** A small document, none of whose pages looks like any other. Every other one is a PDF. */
export async function documentFile(name: string, pages: number): Promise<UploadFile> {
  const looks = Array.from({ length: pages }, (_, page) => lookOf(`${name} ${page + 1}`));
  if ((looks[0]?.width ?? 0) % 2 === 0) {
    const pdf = await makePdf(
      looks.map(({ width, height }) => ({ width, height })),
      (made) => {
        // Pages are too small for a name to be read on them.
        for (const [at, { paint }] of looks.entries()) {
          const page = made.getPage(at);
          page.drawRectangle({ ...page.getSize(), color: paint });
        }
      },
    );
    return { bytes: new Uint8Array(pdf), contentType: 'application/pdf', extension: 'pdf', pages };
  }
  const tiff = await makeTiff(looks.map(({ width, height, color }) => ({ width, height, color })));
  return { bytes: new Uint8Array(tiff), contentType: 'image/tiff', extension: 'tiff', pages };
}

/** By its name alone; sizes and colours are drawn, so pages differ when their names do. */
function lookOf(name: string) {
  const hash = createHash('sha256').update(name).digest();
  const [red = 0, green = 0, blue = 0] = hash;
  const color = `#${hash.toString('hex', 0, 3)}`;
  const paint = rgb(red / 255, green / 255, blue / 255);
  return { color, paint, width: 80 + (hash.readUInt8(3) >> 2), height: 80 + (hash.readUInt8(4) >> 2) };
}
