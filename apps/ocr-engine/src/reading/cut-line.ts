import sharp from 'sharp';
import type { Box, Page } from './page.ts';

/** The height that lines are read at, pixels. */
export const LINE_HEIGHT = 48;
/** Wider lines are squeezed: the recognition model's memory grows with the square of the width. */
const MOST_WIDTH = 4_800;

/** Cuts a line out of its page, `LINE_HEIGHT` high and as wide as that makes it. */
export async function cutLine(page: Page, box: Box): Promise<Page> {
  const boxWidth = box.right - box.left;
  const boxHeight = box.bottom - box.top;
  const width = Math.max(1, Math.min(MOST_WIDTH, Math.round((boxWidth * LINE_HEIGHT) / boxHeight)));
  const gray = await sharp(page.gray, {
    raw: { width: page.width, height: page.height, channels: 1 },
    limitInputPixels: false,
  })
    .extract({ left: box.left, top: box.top, width: boxWidth, height: boxHeight })
    .resize(width, LINE_HEIGHT, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return { gray, width, height: LINE_HEIGHT };
}
