import { transposed } from './ink-map.ts';

/** A row of ink pixels of a stroke; of an upright stroke, a column: `across` is its x, and `from` and `to` are y. */
interface Run {
  readonly across: number;
  readonly from: number;
  /** The first pixel after it. */
  readonly to: number;
}

/**
 * A straight stroke of ink. `along` counts in its direction (x of a level stroke, y of an upright one), `across` the other
 * way; pixels.
 */
export interface Stroke {
  readonly from: number;
  readonly to: number;
  readonly thickness: number;
  /** `across` of its middle line at an `along`: a least-squares fit, so it may be asked beyond its ends. */
  readonly at: (along: number) => number;
  /** Change of `across` for each pixel of `along`. */
  readonly slope: number;
  readonly runs: readonly Run[];
}

export interface Strokes {
  readonly level: readonly Stroke[];
  readonly upright: readonly Stroke[];
}

/** Shorter runs of ink are looked at no further, pixels; a rule that is turned a little has many of them. */
const LEAST_RUN = 14;
/** Shorter strokes are letters, pixels. Many letters are longer; the mesh drops those. */
const LEAST_LENGTH = 20;
/** A run goes on over so many pixels of paper. */
const GAP = 1;
/**
 * Pieces of a stroke that are no further apart are one, pixels along and across; and no further than this share of the
 * shorter piece, or the feet of a word's letters would be a rule.
 */
const BREAK_ALONG = 12;
const BREAK_SHARE = 0.25;
const BREAK_ACROSS = 3;
/** Thicker ones are areas, pixels. */
const MOST_THICKNESS = 9;
/** Noise has more runs than any form: then there are no strokes. */
const MOST_RUNS = 60_000;
/** Of more strokes the longest are kept. */
const MOST_STROKES = 3_000;

/** Finds the level and upright strokes in a map of ink; they may be turned by a few degrees. */
export function findStrokes(ink: Uint8Array, width: number, height: number): Strokes {
  return {
    level: strokesOf(ink, width, height),
    upright: strokesOf(transposed(ink, width, height), height, width),
  };
}

function strokesOf(ink: Uint8Array, width: number, height: number): Stroke[] {
  const pieces = connect(longRuns(ink, width, height))
    .map(fit)
    .filter((stroke) => stroke.thickness <= MOST_THICKNESS && lengthOf(stroke) >= LEAST_LENGTH)
    .sort((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, MOST_STROKES);
  return joinPieces(pieces);
}

/** Row by row. Empty when there are too many. */
function longRuns(ink: Uint8Array, width: number, height: number): Run[] {
  const runs: Run[] = [];
  for (let y = 0; y < height; y++) {
    let from = -1;
    let to = -1; // after the last ink
    const close = () => {
      if (from >= 0 && to - from >= LEAST_RUN) runs.push({ across: y, from, to });
      from = -1;
    };
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x] === 0) continue;
      if (from >= 0 && x - to > GAP) close();
      if (from < 0) from = x;
      to = x + 1;
    }
    close();
    if (runs.length > MOST_RUNS) return [];
  }
  return runs;
}

/** Groups the runs that touch in neighbouring rows. */
function connect(runs: readonly Run[]): Run[][] {
  const groups: Run[][] = [];
  const groupOf = new Map<Run, Run[]>();
  let above: Run[] = [];
  let row: Run[] = [];
  for (const run of runs) {
    if (row[0] !== undefined && row[0].across !== run.across) {
      above = row[0].across === run.across - 1 ? row : [];
      row = [];
    }
    row.push(run);
    let group: Run[] | undefined;
    for (const other of above) {
      if (other.from > run.to + 1 || other.to < run.from - 1) continue;
      const theirs = groupOf.get(other) ?? [];
      if (group === undefined) group = theirs;
      else if (group !== theirs) {
        const [small, large] = theirs.length < group.length ? [theirs, group] : [group, theirs];
        for (const one of small) groupOf.set(one, large);
        large.push(...small.splice(0));
        group = large;
      }
    }
    if (group === undefined) {
      group = [];
      groups.push(group);
    }
    group.push(run);
    groupOf.set(run, group);
  }
  return groups.filter((group) => group.length > 0);
}

/** The straight line through all pixels of the runs (weighted least squares). */
function fit(runs: readonly Run[]): Stroke {
  let [pixels, sumA, sumC, sumAA, sumAC] = [0, 0, 0, 0, 0];
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const run of runs) {
    const length = run.to - run.from;
    const middle = (run.from + run.to - 1) / 2;
    pixels += length;
    sumA += length * middle;
    sumC += length * run.across;
    sumAA += length * middle * middle + length ** 3 / 12;
    sumAC += length * middle * run.across;
    from = Math.min(from, run.from);
    to = Math.max(to, run.to);
  }
  const [meanA, meanC] = [sumA / pixels, sumC / pixels];
  const spread = sumAA / pixels - meanA * meanA;
  const slope = spread > 0 ? (sumAC / pixels - meanA * meanC) / spread : 0;
  return { from, to, thickness: pixels / (to - from), slope, at: (along) => meanC + slope * (along - meanA), runs };
}

/** Joins what lies in one line with a small break between, as thin strokes of photos have. */
function joinPieces(pieces: readonly Stroke[]): Stroke[] {
  const joined: Stroke[] = [];
  for (const piece of [...pieces].sort((a, b) => a.from - b.from)) {
    const at = joined.findIndex(
      (other) =>
        piece.from - other.to <= Math.min(BREAK_ALONG, BREAK_SHARE * Math.min(lengthOf(piece), lengthOf(other))) &&
        piece.from >= other.to - BREAK_ACROSS &&
        Math.abs(other.at(other.to) - piece.at(piece.from)) <= BREAK_ACROSS,
    );
    const before = joined[at];
    if (before === undefined) joined.push(piece);
    else joined[at] = fit([...before.runs, ...piece.runs]);
  }
  return joined;
}

/** Where its middle line is halfway along, pixels. */
export function acrossAtMiddle({ at, from, to }: Stroke): number {
  return at((from + to) / 2);
}

/** From end to end, pixels. */
export function lengthOf(stroke: Pick<Stroke, 'from' | 'to'>): number {
  return stroke.to - stroke.from;
}
