import { medianOf } from '../median.ts';
import type { Ruled } from './borders.ts';
import { coverMost, type Span } from './covered.ts';
import { type Grid, placeTiles } from './grid.ts';
import type { Mesh, Rule } from './mesh.ts';
import { type Frame, frameOf } from './straighten.ts';
import { tile } from './tile.ts';

/** Rules no further apart than this are one (double lines), pixels. */
const SAME_RULE = 6;
/** More rows or columns are no table that a person would fill in. */
const MOST_ROWS = 300;
const MOST_COLUMNS = 100;
/** Smaller ones are letters or boxes to tick, pixels; so are those whose usual row or column is smaller. */
const LEAST_WIDTH = 90;
const LEAST_HEIGHT = 30;
const LEAST_USUAL = 14;
/** Rules that all end so far beyond the last crossing leave a side open, pixels. */
const OPEN_SIDE = 24;

/**
 * The grid of a mesh: rows and columns are the rules, clustered; cells that no rule parts are one. Null for what is no table:
 * too small, too many rules, or a frame around nothing but one cell.
 */
export function ruledGrid(mesh: Mesh): Grid | null {
  const frame = frameOf(mesh);
  const level = straight(mesh.level, (rule, at) => [at, rule.stroke.at(at)], frame.columnAt, frame.rowAt);
  const upright = straight(mesh.upright, (rule, at) => [rule.stroke.at(at), at], frame.rowAt, frame.columnAt);
  const rows = withOpenSides(clusters(level), upright);
  const columns = withOpenSides(clusters(upright), level);
  const [height, width] = [extent(rows), extent(columns)];
  if (usual(rows) < LEAST_USUAL || usual(columns) < LEAST_USUAL) return null;
  if (rows.length > MOST_ROWS || columns.length > MOST_COLUMNS || width < LEAST_WIDTH || height < LEAST_HEIGHT)
    return null;
  const ruled: Ruled = {
    level: (row, from, to) => coverMost(rows[row]?.drawn ?? [], columns[from]?.at ?? 0, columns[to]?.at ?? 0),
    upright: (column, from, to) => coverMost(columns[column]?.drawn ?? [], rows[from]?.at ?? 0, rows[to]?.at ?? 0),
  };
  const closedBelow = rows.map((edge, row) =>
    columns.slice(1).map((_, column) => edge.isVirtual || ruled.level(row, column, column + 1)),
  );
  const closedRight = columns.map((edge, column) =>
    rows.slice(1).map((_, row) => edge.isVirtual || ruled.upright(column, row, row + 1)),
  );
  const cells = tile(
    rows.length - 1,
    columns.length - 1,
    (row, column) => closedBelow[row + 1]?.[column] ?? true,
    (row, column) => closedRight[column + 1]?.[row] ?? true,
  );
  if (cells.length < 2) return null;
  return placeTiles(
    cells,
    rows.map((edge) => edge.at),
    columns.map((edge) => edge.at),
    frame,
    ruled,
  );
}

/** A rule in the coordinates of the frame. */
interface StraightRule {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** Its ends, where they reach beyond the last crossing. */
  readonly start: number;
  readonly end: number;
}

interface Edge {
  readonly at: number;
  /** Where its rules run, from end to end. */
  readonly drawn: readonly Span[];
  /** Nothing is drawn there: the side is open. */
  readonly isVirtual: boolean;
}

function straight(
  rules: readonly Rule[],
  point: (rule: Rule, along: number) => [number, number],
  alongOf: Frame['rowAt'],
  acrossOf: Frame['rowAt'],
): StraightRule[] {
  return rules.map((rule) => ({
    at: acrossOf(...point(rule, (rule.from + rule.to) / 2)),
    from: alongOf(...point(rule, rule.from)),
    to: alongOf(...point(rule, rule.to)),
    start: alongOf(...point(rule, rule.stroke.from)),
    end: alongOf(...point(rule, rule.stroke.to)),
  }));
}

function clusters(rules: readonly StraightRule[]): Edge[] {
  const edges: { at: number; rules: StraightRule[]; weight: number }[] = [];
  for (const rule of [...rules].sort((a, b) => a.at - b.at)) {
    const length = Math.max(1, rule.to - rule.from);
    const edge = edges.at(-1);
    if (edge !== undefined && rule.at - edge.at <= SAME_RULE) {
      edge.at = (edge.at * edge.weight + rule.at * length) / (edge.weight + length);
      edge.weight += length;
      edge.rules.push(rule);
    } else edges.push({ at: rule.at, rules: [rule], weight: length });
  }
  return edges.map(({ at, rules: own }) => ({
    at,
    drawn: own.map(({ start, end }) => ({ from: start, to: end })),
    isVirtual: false,
  }));
}

/** Adds an edge where most of the crossing rules end together, well beyond the outermost edge. */
function withOpenSides(edges: readonly Edge[], crossing: readonly StraightRule[]): Edge[] {
  const [first, last] = [edges[0]?.at ?? 0, edges.at(-1)?.at ?? 0];
  const before = crossing.map((rule) => rule.start).filter((start) => start < first - OPEN_SIDE);
  const after = crossing.map((rule) => rule.end).filter((end) => end > last + OPEN_SIDE);
  const virtual = (at: number): Edge => ({ at, drawn: [], isVirtual: true });
  const isMost = (ends: readonly number[]) => ends.length >= 2 && ends.length > crossing.length / 2;
  return [
    ...(isMost(before) ? [virtual(medianOf(before) ?? 0)] : []),
    ...edges,
    ...(isMost(after) ? [virtual(medianOf(after) ?? 0)] : []),
  ];
}

function extent(edges: readonly Edge[]): number {
  return (edges.at(-1)?.at ?? 0) - (edges[0]?.at ?? 0);
}

/** The median distance of neighbours. */
function usual(edges: readonly Edge[]): number {
  return medianOf(edges.slice(1).map((edge, i) => edge.at - (edges[i]?.at ?? 0))) ?? 0;
}
