import { detectLines } from './detect.ts';
import { findStrokes, type Stroke, type Strokes } from './lines/strokes.ts';
import { loneMarks } from './lone-marks.ts';
import type { Model } from './models.ts';
import { type Box, middleOf, overlap, type Page } from './page.ts';
import { alignedTables } from './tables/aligned/aligned-tables.ts';
import { eraseRules } from './tables/erase-rules.ts';
import type { Grid } from './tables/grid.ts';
import { missedText } from './tables/missed-text.ts';
import { ruledTables } from './tables/ruled-tables.ts';
import { type PlacedCore, splitAtEdges } from './tables/split-at-edges.ts';

/** Where text is on a page, and what tables it stands in. */
export interface LocatedText {
  /** The page without the rules of its tables: what is to be read. */
  readonly bare: Page;
  readonly cores: readonly PlacedCore[];
  /** What may be a digit that stands alone outside of tables. */
  readonly digits: readonly Box[];
  readonly grids: readonly Grid[];
  readonly strokes: Strokes;
}

/**
 * Finds tables by their rules and erases those, detects the lines of text, finds more tables by how these are aligned, and
 * cuts the lines at the edges of cells.
 *
 * @param ink of the page, 1 for each pixel of it
 */
export async function locateText(detection: Model, page: Page, ink: Uint8Array): Promise<LocatedText> {
  const strokes = findStrokes(ink, page.width, page.height);
  const ruled = ruledTables(strokes);
  const meshes = ruled.map((table) => table.mesh);
  const bare = eraseRules(page, meshes);
  const { lines, hints } = await detectLines(detection, bare);
  const loose = lines.filter((core) => !ruled.some(({ grid }) => isWithin(core, grid.box)));
  const used = new Set(meshes.flatMap((mesh) => [...mesh.level, ...mesh.upright].map((rule) => rule.stroke)));
  const isUnused = (stroke: Stroke) => !used.has(stroke);
  const unused = { level: strokes.level.filter(isUnused), upright: strokes.upright.filter(isUnused) };
  const grids = [...ruled.map((table) => table.grid), ...alignedTables(loose, ink, page.width, unused)];
  const cores = splitAtEdges(lines, grids, { ...page, ink });
  const seen = new Set(cores.map(({ cell }) => cell));
  const unseen = grids.flatMap((grid) => grid.cells).filter((cell) => !seen.has(cell));
  // What goes through a rule is seen in the cell beside as well.
  const missed = missedText(bare, unseen).filter((one) => !cores.some(({ core }) => overlap(core, one.core)));
  const free = hints.filter((hint) => !grids.some((grid) => isWithin(hint, grid.box)));
  return {
    bare,
    cores: [...cores, ...missed],
    digits: loneMarks(ink, page.width, page.height, free, lines),
    grids,
    strokes,
  };
}

function isWithin(core: Box, box: Box): boolean {
  const [x, y] = [(core.left + core.right) / 2, middleOf(core)];
  return x > box.left && x < box.right && y > box.top && y < box.bottom;
}
