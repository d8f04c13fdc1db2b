import { lengthOf } from '../lines/strokes.ts';
import type { Mesh, Rule } from './mesh.ts';

/**
 * Coordinates in which the rules of a table are level and upright, although the page is turned or seen from aside. Rows are
 * told by where their rule meets the table's middle upright line, columns by where theirs meets the middle level one.
 */
export interface Frame {
  readonly rowAt: (x: number, y: number) => number;
  readonly columnAt: (x: number, y: number) => number;
  /** The way back: the point of the page at a row's and a column's coordinate. */
  readonly point: (column: number, row: number) => { readonly x: number; readonly y: number };
  /** Where columns bend: the heights of lines of text, y; the box of a cell reaches as far as in any of its lines. */
  readonly heights?: readonly number[];
}

/** Slopes of rules: `base` at 0, `change` with each pixel of `across`: seen from aside, parallel rules fan out. */
interface Slopes {
  readonly base: number;
  readonly change: number;
}

/** A fan needs so many rules, over so many pixels, to be told from the error of their slopes. */
const FAN_RULES = 4;
const FAN_EXTENT = 150;

export function frameOf(mesh: Mesh): Frame {
  const x0 = middleOf(mesh.level);
  const y0 = middleOf(mesh.upright);
  const level = slopesOf(mesh.level, x0);
  const upright = slopesOf(mesh.upright, y0);
  return {
    rowAt: (x, y) => (y - level.base * (x - x0)) / (1 + level.change * (x - x0)),
    columnAt: (x, y) => (x - upright.base * (y - y0)) / (1 + upright.change * (y - y0)),
    point(column, row) {
      let [x, y] = [column, row];
      for (let i = 0; i < 3; i++) {
        y = row + (level.base + level.change * row) * (x - x0);
        x = column + (upright.base + upright.change * column) * (y - y0);
      }
      return { x, y };
    },
  };
}

function middleOf(rules: readonly Rule[]): number {
  return (Math.min(...rules.map((rule) => rule.from)) + Math.max(...rules.map((rule) => rule.to))) / 2;
}

/** Least squares over the rules' slopes; a long rule's says more (its error falls with the third power of its length). */
function slopesOf(rules: readonly Rule[], at: number): Slopes {
  const points = rules.map(({ stroke }) => ({ c: stroke.at(at), slope: stroke.slope, weight: lengthOf(stroke) ** 3 }));
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + point.weight * of(point), 0) / total;
  const [c, slope] = [mean((point) => point.c), mean((point) => point.slope)];
  const spread = mean((point) => (point.c - c) ** 2);
  const change =
    rules.length < FAN_RULES || Math.sqrt(spread) * 2 < FAN_EXTENT
      ? 0
      : mean((point) => (point.c - c) * (point.slope - slope)) / spread;
  return { base: slope - change * c, change };
}
