import type { Box } from '../../page.ts';
import type { Span } from '../covered.ts';

/** A run of text without a wide gap in it, as large as its letters, and the core that it is part of. */
export interface Piece {
  readonly box: Box;
  readonly core: Box;
  /** Where there is ink in it, x, from the left: mostly a letter each. */
  readonly ink: readonly Span[];
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
    const runs = inkRuns(core, Math.max(0, core.left - reach), Math.min(width, core.right + reach), ink, width);
    return withoutGaps(runs, WIDE_GAP * height).map(({ from, to }) => ({
      core,
      box: { left: from, right: to, top: core.top - reach, bottom: core.bottom + reach },
      ink: runs.filter((run) => run.from >= from && run.to <= to),
    }));
  });
}

/** Joins the spans, which are in order, between which no more than `most` is empty. */
export function withoutGaps(spans: readonly Span[], most: number): Span[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of spans) {
    const before = joined.at(-1);
    if (before !== undefined && from - before.to <= most) before.to = Math.max(before.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** Where there is ink at the height of a core, from `left` to `right`. */
function inkRuns(core: Box, left: number, right: number, ink: Uint8Array, width: number): Span[] {
  const runs: { from: number; to: number }[] = [];
  for (let x = left; x < right; x++) {
    let pixels = 0;
    for (let y = core.top; y < core.bottom; y++) pixels += ink[y * width + x] ?? 0;
    if (pixels < LEAST_INK) continue;
    const run = runs.at(-1);
    if (run?.to === x) run.to = x + 1;
    else runs.push({ from: x, to: x + 1 });
  }
  return runs;
}
