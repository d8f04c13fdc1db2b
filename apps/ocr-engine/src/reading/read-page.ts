import { toBlocks } from './blocks.ts';
import { decodePage } from './decode.ts';
import { detectLines } from './detect.ts';
import { growBox } from './grow-box.ts';
import { labelBlocks } from './label-blocks.ts';
import { findStrokes, type Stroke, type Strokes } from './lines/strokes.ts';
import type { Models } from './models.ts';
import { placeTables } from './order-blocks.ts';
import type { Box, Line, Page, Reading } from './page.ts';
import { recogniseLine } from './recognise.ts';
import { alignedTables } from './tables/aligned/aligned-tables.ts';
import { eraseRules } from './tables/erase-rules.ts';
import { fillTable } from './tables/fill-table.ts';
import type { GridCell } from './tables/grid.ts';
import { missedText } from './tables/missed-text.ts';
import { type RuledTable, ruledTables } from './tables/ruled-tables.ts';
import { type PlacedCore, splitAtEdges } from './tables/split-at-edges.ts';
import { mapBoxes } from './upright/map-boxes.ts';
import { straightenPage } from './upright/straighten-page.ts';

/**
 * Reads an image file: decode, straighten, find the tables by their rules and erase those, detect the lines of text, recognise
 * each, put them into their cells or group them. Boxes are those of the page as it was submitted.
 *
 * @throws UnreadableImage when the file cannot be decoded
 */
export async function readPage(models: Models, path: string, maxPixels: number): Promise<Reading> {
  const submitted = await decodePage(path, maxPixels);
  const { page, ink, boxBack } = straightenPage(submitted);
  const strokes = findStrokes(ink, page.width, page.height);
  const ruled = ruledTables(strokes);
  const bare = eraseRules(
    page,
    ruled.map((table) => table.mesh),
  );

  const found = await detectLines(models.detection, bare);
  const loose = found.filter((core) => !ruled.some(({ grid }) => isWithin(core, grid.box)));
  const grids = [
    ...ruled.map((table) => table.grid),
    ...alignedTables(loose, ink, page.width, strokesOutside(strokes, ruled)),
  ];
  const cores = found.flatMap((core) => splitAtEdges(core, grids));
  const seen = new Set(cores.map(({ cell }) => cell));
  const unseen = grids.flatMap((grid) => grid.cells).filter((cell) => !seen.has(cell));
  const missed = missedText(
    bare,
    unseen.map((cell) => cell.box),
  ).map((core, i) => ({ core, cell: unseen[i] ?? null }));
  const all = [...cores, ...missed.filter((one): one is PlacedCore => one.core !== null).slice(0, MOST_MISSED)];

  const outside: Line[] = [];
  const inCells = new Map<GridCell, Line[]>();
  for (const { core, cell } of all) {
    const box = growBox(bare, core, cell === null ? undefined : clip(cell.box, bare));
    const line = await recogniseLine(models.recognition, models.alphabet, bare, box);
    if (line === null) continue;
    if (cell === null) outside.push(line);
    else inCells.set(cell, [...(inCells.get(cell) ?? []), line]);
  }
  const blocks = labelBlocks(
    placeTables(
      toBlocks(outside),
      grids.map((grid) => fillTable(grid, inCells)),
    ),
    page.height,
  );
  const { width, height } = submitted;
  return { width, height, blocks: boxBack === null ? blocks : blocks.map((block) => mapBoxes(block, boxBack)) };
}

/** Of a page of dirt not every speck is read. */
const MOST_MISSED = 500;

function isWithin(core: Box, box: Box): boolean {
  const [x, y] = [(core.left + core.right) / 2, (core.top + core.bottom) / 2];
  return x > box.left && x < box.right && y > box.top && y < box.bottom;
}

function strokesOutside(strokes: Strokes, ruled: readonly RuledTable[]): Stroke[] {
  const used = new Set(ruled.flatMap(({ mesh }) => mesh.level.map((rule) => rule.stroke)));
  return strokes.level.filter((stroke) => !used.has(stroke));
}

function clip(box: Box, page: Page): Box {
  return { ...box, right: Math.min(page.width, box.right), bottom: Math.min(page.height, box.bottom) };
}
