import { readFile } from 'node:fs/promises';
import { openPages } from '@ocrelay/pages';

/** Pictures of a PDF's pages, as PNGs. */
export async function drawPdfPages(path: string, dpi: number): Promise<Uint8Array[]> {
  const pages = await openPages(await readFile(path), 'application/pdf');
  try {
    const pictures: Uint8Array[] = [];
    for (let page = 1; page <= pages.count; page += 1) {
      pictures.push((await pages.render(page, { dpi, maxPixels: 100_000_000 })).png);
    }
    return pictures;
  } finally {
    pages.close();
  }
}
