import { toBlocks } from './blocks.ts';
import { decodePage } from './decode.ts';
import { mendLetters } from './german/mend-letters.ts';
import type { SecondReader } from './german/second-reader.ts';
import { growBox } from './grow-box.ts';
import { labelBlocks } from './label-blocks.ts';
import { locateText } from './locate-text.ts';
import { isSureDigit } from './lone-marks.ts';
import type { Models } from './models.ts';
import { placeAmongText } from './order-blocks.ts';
import type { Block, Line, Reading } from './page.ts';
import { findPictures } from './pictures/find-pictures.ts';
import { recogniseLine } from './recognise.ts';
import { fillTable } from './tables/fill-table.ts';
import type { GridCell } from './tables/grid.ts';
import { mapBoxes } from './upright/map-boxes.ts';
import { straightenPage } from './upright/straighten-page.ts';

/**
 * Reads an image file: decode, straighten, find the lines of text and the tables, recognise each line, put it into its cell or
 * beside its neighbours, find the pictures in what is left. Boxes are those of the page as it was submitted. What the models
 * cannot express of a German page is taken from the second reader.
 *
 * @param warn is told when the second reader failed; the page is then as the models read it
 * @throws UnreadableImage when the file cannot be decoded
 */
export async function readPage(
  models: Models,
  second: SecondReader,
  path: string,
  maxPixels: number,
  warn: (failure: Error) => void,
): Promise<Reading> {
  const submitted = await decodePage(path, maxPixels);
  const { page, ink, boxBack } = straightenPage(submitted);
  const { bare, cores, digits, grids, strokes } = await locateText(models.detection, page, ink);
  const read: { line: Line; cell: GridCell | null }[] = [];
  for (const { core, cell, room } of cores) {
    const line = await recogniseLine(models.recognition, models.alphabet, bare, growBox(bare, core, room));
    if (line !== null) read.push({ line, cell });
  }
  for (const core of digits) {
    const line = await recogniseLine(models.recognition, models.alphabet, bare, growBox(bare, core));
    if (line !== null && isSureDigit(line)) read.push({ line, cell: null });
  }
  const mended = await mendLetters(read, bare, second).catch((failure: Error) => {
    warn(failure);
    return read;
  });
  const outside: Line[] = [];
  const inCells = new Map<GridCell, Line[]>();
  for (const { line, cell } of mended) {
    if (cell === null) outside.push(line);
    else inCells.set(cell, [...(inCells.get(cell) ?? []), line]);
  }
  const tables = grids.map((grid) => fillTable(grid, inCells));
  const pictures = findPictures(page, ink, {
    lines: mended.map(({ line }) => line.box),
    cores: cores.map(({ core }) => core),
    tables: grids.map((grid) => grid.box),
    strokes,
  }).map((box): Block => ({ label: 'image', rows: [], box }));
  const blocks = labelBlocks(placeAmongText(toBlocks(outside), [...tables, ...pictures]), page.height);
  const { width, height } = submitted;
  return { width, height, blocks: boxBack === null ? blocks : blocks.map((block) => mapBoxes(block, boxBack)) };
}
