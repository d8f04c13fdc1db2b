import type { Stroke } from '../lines/strokes.ts';
import type { Page } from '../page.ts';
import type { Mesh } from './mesh.ts';

/** So many pixels beside a stroke are its blurred edge. */
const EDGE = 2;

/**
 * A copy of the page without the rules of its tables, which would be read as letters ("|", "1", "一"): their pixels get the
 * lighter shade of what lies on either side. Without tables it is the page itself.
 */
export function eraseRules(page: Page, meshes: readonly Mesh[]): Page {
  if (meshes.length === 0) return page;
  const gray = Buffer.from(page.gray);
  const { width, height } = page;
  for (const mesh of meshes) {
    for (const { stroke } of mesh.level) erase(stroke, page.gray, gray, width, height, width, 1);
    for (const { stroke } of mesh.upright) erase(stroke, page.gray, gray, height, width, 1, width);
  }
  return { ...page, gray };
}

/** @param acrossStep from a pixel to its neighbour across the stroke; @param alongStep to the next one along it */
function erase(
  stroke: Stroke,
  from: Buffer,
  to: Buffer,
  length: number,
  breadth: number,
  acrossStep: number,
  alongStep: number,
): void {
  const aside = Math.ceil(stroke.thickness) + EDGE + 1;
  for (const run of stroke.runs) {
    const before = Math.max(0, run.across - aside) * acrossStep;
    const after = Math.min(breadth - 1, run.across + aside) * acrossStep;
    const [first, last] = [Math.max(0, run.across - EDGE), Math.min(breadth - 1, run.across + EDGE)];
    for (let along = Math.max(0, run.from - EDGE); along < Math.min(length, run.to + EDGE); along++) {
      const paper = Math.max(from[before + along * alongStep] ?? 255, from[after + along * alongStep] ?? 255);
      for (let across = first; across <= last; across++) to[across * acrossStep + along * alongStep] = paper;
    }
  }
}
