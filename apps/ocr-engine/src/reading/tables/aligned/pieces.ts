import type { Box } from '../../page.ts';

/** A run of text without a wide gap in it, as large as its letters, and the core that it is part of. */
export interface Piece {
  readonly box: Box;
  readonly core: Box;
}

/** A gap between words is narrower than so many heights of the core, which is about half an em high. */
const WIDE_GAP = 1.4;
/** How far letters reach above and below the core, as a share of its height. */
const REACH = 0.5;
/** A column of pixels of a core is ink from so many on: a single one is noise. */
const LEAST_INK = 2;

/** Cuts the cores of lines at gaps that are too wide for one between words; the detection model reaches over narrow ones. */
export function piecesOf(cores: readonly Box[], ink: Uint8Array, width: number): Piece[] {
  return cores.flatMap((core) => {
    const height = core.bottom - core.top;
    const reach = Math.round(REACH * height);
    const found: Piece[] = [];
    let from = -1;
    let to = -1;
    const close = () => {
      if (from < 0) return;
      found.push({ core, box: { left: from, right: to, top: core.top - reach, bottom: core.bottom + reach } });
      from = -1;
    };
    for (let x = Math.max(0, core.left - reach); x < Math.min(width, core.right + reach); x++) {
      let pixels = 0;
      for (let y = core.top; y < core.bottom; y++) pixels += ink[y * width + x] ?? 0;
      if (pixels < LEAST_INK) continue;
      if (from >= 0 && x - to > WIDE_GAP * height) close();
      if (from < 0) from = x;
      to = x + 1;
    }
    close();
    return found;
  });
}
