import { around, type Line } from './page.ts';

/** A column of running text has at least this many lines, whose median is at least so many times as wide as high. */
const LEAST_LINES = 3;
const PROSE_RATIO = 9;

/**
 * Splits the lines of a page where it changes between one and two columns: each part is to be read as a whole before the
 * next. A table is not split: its cells are read row by row.
 */
export function splitColumns(lines: readonly Line[]): Line[][] {
  const byTop = [...lines].sort((a, b) => a.box.top - b.box.top);
  let best: { inColumns: number; parts: Line[][] } = { inColumns: 0, parts: [byTop] };
  for (const { box } of byTop) {
    const split = splitAt(byTop, box.right + 1);
    if (split.inColumns > best.inColumns) best = split;
  }
  return best.parts.filter((part) => part.length > 0);
}

/** Lines that cross `x` part the page into bands; a band with running text on both sides of it is two columns. */
function splitAt(byTop: readonly Line[], x: number): { inColumns: number; parts: Line[][] } {
  const parts: Line[][] = [];
  let inColumns = 0;
  let whole: Line[] = [];
  let band: Line[] = [];
  const closeBand = () => {
    const left = band.filter((line) => line.box.right < x);
    const right = band.filter((line) => line.box.left >= x);
    if (isProse(left) && isProse(right)) {
      inColumns += band.length;
      parts.push(whole, left, right);
      whole = [];
    } else {
      whole.push(...band);
    }
    band = [];
  };
  for (const line of byTop) {
    if (line.box.left < x && line.box.right >= x) {
      closeBand();
      whole.push(line);
    } else {
      band.push(line);
    }
  }
  closeBand();
  return { inColumns, parts: [...parts, whole] };
}

/** Running text: several wide lines, one below the other. */
function isProse(lines: readonly Line[]): boolean {
  if (lines.length < LEAST_LINES) return false;
  const extent = around(lines.map((line) => line.box));
  const full = lines.filter(({ box }) => box.right - box.left >= 0.6 * (extent.right - extent.left));
  const ratios = lines.map(({ box }) => (box.right - box.left) / (box.bottom - box.top)).sort((a, b) => a - b);
  return full.length >= lines.length * 0.6 && (ratios[ratios.length >> 1] ?? 0) >= PROSE_RATIO;
}
