import { isProse } from './is-prose.ts';
import type { Line } from './page.ts';

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
    if (isProse(left.map(({ box }) => box)) && isProse(right.map(({ box }) => box))) {
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
