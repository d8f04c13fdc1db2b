import { decoding, openPicture } from '@ocrelay/picture';
import type { Page } from './page.ts';

/**
 * Decodes an image file into an upright gray page: EXIF orientation applied, transparency on white, of a TIFF the first page.
 *
 * @param maxPixels larger images are refused before they are decoded
 * @throws UnreadableImage with a message for the person who sent it
 */
export async function decodePage(path: string, maxPixels: number): Promise<Page> {
  const image = await openPicture(path, maxPixels);
  const { data, info } = await decoding(
    image
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('b-w')
      .extractChannel(0)
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  );
  return { gray: data, width: info.width, height: info.height };
}
