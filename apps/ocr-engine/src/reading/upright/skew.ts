import { medianOf } from '../median.ts';

/** How the lines of a page run, against its upper edge. */
export interface Skew {
  /** Slope of the lines at the page's middle (tangent of the angle; positive falls to the right). */
  readonly slope: number;
  /** Change of the slope with each pixel further down: seen from aside, parallel lines fan out. */
  readonly fan: number;
}

/** Steeper lines are somebody's intention, about 6°. */
const MOST_SLOPE = 0.105;
/** Slope that lines may differ by from the page's middle to its upper or lower edge. */
const MOST_FAN = 0.035;
/** Less is left alone, about 0.2°: the models do not mind, and a straight page stays as it is, byte for byte. */
const LEAST_SLOPE = 0.0035;
const LEAST_FAN = 0.004;
/** A slope is believed when its score is so many times that of the usual slope; noise has no better one than another. */
const CLEARLY = 1.25;
/** Points of ink that are looked at; more do not make it more certain. */
const MOST_POINTS = 40_000;

/**
 * Measures the skew of a page by projection profiles (Postl, 1986): along the true direction of the lines, ink falls into few
 * rows with empty ones between, so that neighbouring rows differ most.
 *
 * @param ink a map of the page, 1 for ink
 * @returns null where the page is straight, or has no lines to tell
 */
export function measureSkew(ink: Uint8Array, width: number, height: number): Skew | null {
  const points = pointsOf(ink, width, height);
  if (points.x.length < 200) return null;
  const score = (slope: number, fan: number) => profileScore(points, height, slope, fan);
  const coarse = candidates(0, MOST_SLOPE, 48).map((slope) => ({ value: slope, score: score(slope, 0) }));
  const usual = medianOf(coarse.map((one) => one.score)) ?? 0;
  let slope = bestOf(coarse);
  const fanUnit = MOST_FAN / (height / 2);
  let fan = best(candidates(0, fanUnit, 20), (one) => score(slope, one));
  for (let step = MOST_SLOPE / 24; step > 0.0004; step /= 3) {
    slope = best(candidates(slope, step, 6), (one) => score(one, fan));
    fan = best(candidates(fan, (step * fanUnit) / MOST_FAN, 6), (one) => score(slope, one));
  }
  if (score(slope, fan) < CLEARLY * usual) return null;
  const isFanned = Math.abs(fan) * (height / 2) >= LEAST_FAN;
  if (Math.abs(slope) < LEAST_SLOPE && !isFanned) return null;
  return { slope, fan: isFanned ? fan : 0 };
}

interface Points {
  /** From the page's middle, pixels. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Evenly over all ink; of an area's inside there is none in the map. */
function pointsOf(ink: Uint8Array, width: number, height: number): Points {
  let count = 0;
  for (const pixel of ink) count += pixel;
  const step = Math.max(1, Math.ceil(count / MOST_POINTS));
  const size = Math.floor(count / step);
  const points = { x: new Float32Array(size), y: new Float32Array(size) };
  let seen = 0;
  for (let at = 0, n = 0; at < ink.length && n < size; at++) {
    if (ink[at] === 0 || ++seen % step !== 0) continue;
    points.x[n] = (at % width) - width / 2;
    points.y[n] = Math.floor(at / width) - height / 2;
    n++;
  }
  return points;
}

/** The sum of the squared differences of neighbouring rows, of the rows that lines of this slope would be. */
function profileScore({ x, y }: Points, height: number, slope: number, fan: number): number {
  const rows = new Float64Array(height * 2 + 2);
  for (let i = 0; i < x.length; i++) {
    const across = x[i] ?? 0;
    const row = ((y[i] ?? 0) - slope * across) / (1 + fan * across) + height;
    const at = row | 0;
    if (at < 0 || at >= rows.length - 1) continue;
    const share = row - at;
    rows[at] = (rows[at] ?? 0) + 1 - share;
    rows[at + 1] = (rows[at + 1] ?? 0) + share;
  }
  let sum = 0;
  for (let i = 1; i < rows.length; i++) sum += ((rows[i] ?? 0) - (rows[i - 1] ?? 0)) ** 2;
  return sum;
}

/** `count + 1` values around `middle`, up to `reach` away. */
function candidates(middle: number, reach: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, i) => middle + reach * ((2 * i) / count - 1));
}

function best(values: readonly number[], score: (value: number) => number): number {
  return bestOf(values.map((value) => ({ value, score: score(value) })));
}

/** The value with the highest score, of equal ones the first. */
function bestOf(scored: readonly { readonly value: number; readonly score: number }[]): number {
  let winner = { value: 0, score: Number.NEGATIVE_INFINITY };
  for (const one of scored) if (one.score > winner.score) winner = one;
  return winner.value;
}
