import type { Strokes } from '../lines/strokes.ts';
import type { Box } from '../page.ts';
import type { Grid } from './grid.ts';
import { findMeshes, type Mesh } from './mesh.ts';
import { ruledGrid } from './ruled-grid.ts';

export interface RuledTable {
  readonly grid: Grid;
  readonly mesh: Mesh;
}

/** The tables that a page's strokes make, from the top; of two that overlap, the larger. */
export function ruledTables(strokes: Strokes): RuledTable[] {
  const found = findMeshes(strokes)
    .map((mesh) => ({ mesh, grid: ruledGrid(mesh) }))
    .filter((table): table is RuledTable => table.grid !== null)
    .sort((a, b) => area(b.grid.box) - area(a.grid.box));
  const kept: RuledTable[] = [];
  for (const table of found) if (!kept.some((other) => overlap(table.grid.box, other.grid.box))) kept.push(table);
  return kept.sort((a, b) => a.grid.box.top - b.grid.box.top);
}

function area(box: Box): number {
  return (box.right - box.left) * (box.bottom - box.top);
}

/** By more than a rule's breadth. */
function overlap(a: Box, b: Box): boolean {
  return (
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 6 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6
  );
}
