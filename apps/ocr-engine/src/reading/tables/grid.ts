import { around, type Box } from '../page.ts';
import type { Mesh, Rule } from './mesh.ts';
import { type Frame, frameOf } from './straighten.ts';
import { tile } from './tile.ts';

/** A cell of a table, its rows and columns counted from 0. */
export interface GridCell {
  readonly row: number;
  readonly column: number;
  readonly rowSpan: number;
  readonly columnSpan: number;
  /** The smallest upright box around it, pixels of the page. */
  readonly box: Box;
}

/** A table before anything in it was read. Its cells cover every place once. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** By rows, in them by columns. */
  readonly cells: readonly GridCell[];
  readonly box: Box;
  /** The cell at a point of the page; null outside. */
  readonly cellAt: (x: number, y: number) => GridCell | null;
  /** Where columns begin and the last one ends, at a height: x, pixels of the page. */
  readonly columnEdges: (y: number) => readonly number[];
}

/** Rules no further apart than this are one (double lines), pixels. */
const SAME_RULE = 6;
/** A cell's side is closed when this share of it has a rule. */
const CLOSED = 0.55;
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
export function gridOf(mesh: Mesh): Grid | null {
  const frame = frameOf(mesh);
  const level = straight(mesh.level, (rule, at) => [at, rule.stroke.at(at)], frame.columnAt, frame.rowAt);
  const upright = straight(mesh.upright, (rule, at) => [rule.stroke.at(at), at], frame.rowAt, frame.columnAt);
  const rows = withOpenSides(clusters(level), upright);
  const columns = withOpenSides(clusters(upright), level);
  const [height, width] = [extent(rows), extent(columns)];
  if (usual(rows) < LEAST_USUAL || usual(columns) < LEAST_USUAL) return null;
  if (rows.length > MOST_ROWS || columns.length > MOST_COLUMNS || width < LEAST_WIDTH || height < LEAST_HEIGHT)
    return null;
  const isClosed = (edge: Edge, from: number, to: number) =>
    edge.isVirtual || covered(edge.rules, from, to) >= CLOSED * (to - from);
  const closedBelow = rows.map((edge) =>
    columns.slice(1).map((column, i) => isClosed(edge, columns[i]?.at ?? 0, column.at)),
  );
  const closedRight = columns.map((edge) => rows.slice(1).map((row, i) => isClosed(edge, rows[i]?.at ?? 0, row.at)));
  const cells = tile(
    rows.length - 1,
    columns.length - 1,
    (row, column) => closedBelow[row + 1]?.[column] ?? true,
    (row, column) => closedRight[column + 1]?.[row] ?? true,
  );
  if (cells.length < 2) return null;
  return placed(
    cells,
    rows.map((edge) => edge.at),
    columns.map((edge) => edge.at),
    frame,
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
  readonly rules: readonly StraightRule[];
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
  return edges.map(({ at, rules: own }) => ({ at, rules: own, isVirtual: false }));
}

/** Adds an edge where most of the crossing rules end together, well beyond the outermost edge. */
function withOpenSides(edges: readonly Edge[], crossing: readonly StraightRule[]): Edge[] {
  const [first, last] = [edges[0]?.at ?? 0, edges.at(-1)?.at ?? 0];
  const before = crossing.map((rule) => rule.start).filter((start) => start < first - OPEN_SIDE);
  const after = crossing.map((rule) => rule.end).filter((end) => end > last + OPEN_SIDE);
  const virtual = (at: number): Edge => ({ at, rules: [], isVirtual: true });
  const isMost = (ends: readonly number[]) => ends.length >= 2 && ends.length > crossing.length / 2;
  return [
    ...(isMost(before) ? [virtual(medianOf(before))] : []),
    ...edges,
    ...(isMost(after) ? [virtual(medianOf(after))] : []),
  ];
}

/** How much of `from` to `to` the rules cover. */
function covered(rules: readonly StraightRule[], from: number, to: number): number {
  let sum = 0;
  let reached = from;
  for (const rule of [...rules].sort((a, b) => a.start - b.start)) {
    const end = Math.min(to, rule.end);
    if (end <= reached) continue;
    sum += Math.max(0, end - Math.max(reached, rule.start));
    reached = Math.max(reached, end);
  }
  return sum;
}

type Tile = Omit<GridCell, 'box'>;

/** Drops the edges that no cell begins or ends at, and finds the cells' boxes. */
function placed(tiles: readonly Tile[], rows: readonly number[], columns: readonly number[], frame: Frame): Grid {
  const keptRows = rows.filter((_, i) => i === rows.length - 1 || tiles.some((cell) => cell.row === i));
  const keptColumns = columns.filter((_, i) => i === columns.length - 1 || tiles.some((cell) => cell.column === i));
  const index = (kept: readonly number[], at: number | undefined) => kept.indexOf(at ?? 0);
  const cells = tiles.map((cell): GridCell => {
    const row = index(keptRows, rows[cell.row]);
    const column = index(keptColumns, columns[cell.column]);
    const [top, bottom] = [rows[cell.row] ?? 0, rows[cell.row + cell.rowSpan] ?? 0];
    const [left, right] = [columns[cell.column] ?? 0, columns[cell.column + cell.columnSpan] ?? 0];
    return {
      row,
      column,
      rowSpan: index(keptRows, bottom) - row,
      columnSpan: index(keptColumns, right) - column,
      box: boxOf([
        frame.point(left, top),
        frame.point(right, top),
        frame.point(left, bottom),
        frame.point(right, bottom),
      ]),
    };
  });
  const at = new Map(cells.flatMap((cell) => placesOf(cell).map((place) => [place, cell] as const)));
  const between = (edges: readonly number[], value: number) => edges.findLastIndex((edge) => edge <= value);
  return {
    rows: keptRows.length - 1,
    columns: keptColumns.length - 1,
    cells,
    box: around(cells.map((cell) => cell.box)),
    cellAt: (x, y) =>
      at.get(`${between(keptRows, frame.rowAt(x, y))} ${between(keptColumns, frame.columnAt(x, y))}`) ?? null,
    columnEdges: (y) => keptColumns.map((column) => frame.point(column, y).x),
  };
}

function placesOf(cell: Tile): string[] {
  return Array.from(
    { length: cell.rowSpan * cell.columnSpan },
    (_, i) => `${cell.row + Math.floor(i / cell.columnSpan)} ${cell.column + (i % cell.columnSpan)}`,
  );
}

function boxOf(points: readonly { x: number; y: number }[]): Box {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return {
    left: Math.max(0, Math.round(Math.min(...xs))),
    top: Math.max(0, Math.round(Math.min(...ys))),
    right: Math.round(Math.max(...xs)),
    bottom: Math.round(Math.max(...ys)),
  };
}

function extent(edges: readonly Edge[]): number {
  return (edges.at(-1)?.at ?? 0) - (edges[0]?.at ?? 0);
}

/** The median distance of neighbours. */
function usual(edges: readonly Edge[]): number {
  return medianOf(edges.slice(1).map((edge, i) => edge.at - (edges[i]?.at ?? 0)));
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
