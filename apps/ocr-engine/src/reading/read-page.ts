import { toBlocks } from './blocks.ts';
import { decodePage } from './decode.ts';
import { detectLines } from './detect.ts';
import { growBox } from './grow-box.ts';
import type { Models } from './models.ts';
import type { Line, Reading } from './page.ts';
import { recogniseLine } from './recognise.ts';

/**
 * Reads an image file: decode, detect the lines, recognise each, group them.
 *
 * @throws UnreadableImage when the file cannot be decoded
 */
export async function readPage(models: Models, path: string, maxPixels: number): Promise<Reading> {
  const page = await decodePage(path, maxPixels);
  const lines: Line[] = [];
  for (const core of await detectLines(models.detection, page)) {
    const line = await recogniseLine(models.recognition, models.alphabet, page, growBox(page, core));
    if (line !== null) lines.push(line);
  }
  return { width: page.width, height: page.height, blocks: toBlocks(lines) };
}
