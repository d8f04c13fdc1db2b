import type { Stroke } from '../lines/strokes.ts';
import { medianOf } from '../median.ts';
import type { Page } from '../page.ts';
import type { Mesh } from './mesh.ts';

/** So many pixels beside a stroke are its blurred edge. */
const EDGE = 2;
/** Shades of gray: what is left of the edge's blur when its usual shade is taken off, and no letter's. */
const REST = 30;
/** Beside a stroke that darkens a pixel by less than this, what a letter adds to it can be seen. */
const MOST_FADE = 60;
/** A letter's stroke goes through a rule straight, or slanted by so many pixels at most. */
const SLANT = 2;

/**
 * A copy of the page without the rules of its tables, which would be read as letters ("|", "1", "一"): their pixels get the
 * shade of what lies on either side. Of a letter that touches a rule, or goes through it, as much stays as can be told: what is
 * darker than the rule's edge is elsewhere, and in the rule itself what is dark on both sides. Without tables it is the page
 * itself.
 */
export function eraseRules(page: Page, meshes: readonly Mesh[]): Page {
  if (meshes.length === 0) return page;
  const gray = Buffer.from(page.gray);
  const { width, height } = page;
  const lying: Plane = { gray, length: width, breadth: height, alongStep: 1, acrossStep: width };
  const standing: Plane = { gray, length: height, breadth: width, alongStep: width, acrossStep: 1 };
  for (const mesh of meshes) {
    for (const { stroke } of mesh.level) erase(stroke, lying);
    for (const { stroke } of mesh.upright) erase(stroke, standing);
  }
  return { ...page, gray };
}

/** A page as strokes of one direction see it. */
interface Plane {
  readonly gray: Buffer;
  /** Pixels in the direction of the strokes, and across. */
  readonly length: number;
  readonly breadth: number;
  /** From a pixel to the next one in the direction of the strokes, and across. */
  readonly alongStep: number;
  readonly acrossStep: number;
}

/** One side of a stroke without its blur: at each place along it, `edge[0]` next to it and so on. */
interface Side {
  readonly edge: readonly Uint8Array[];
  /** What of a letter is next to the stroke, or else the paper. */
  readonly beside: Uint8Array;
}

function erase(stroke: Stroke, plane: Plane): void {
  const { gray, breadth, alongStep, acrossStep } = plane;
  const start = Math.max(0, stroke.from - EDGE);
  const end = Math.min(plane.length, stroke.to + EDGE);
  const first = new Int32Array(end - start).fill(breadth);
  const last = new Int32Array(end - start).fill(-1);
  for (const run of stroke.runs) {
    for (let i = Math.max(start, run.from - EDGE) - start; i < Math.min(end, run.to + EDGE) - start; i++) {
      first[i] = Math.min(first[i] ?? breadth, run.across);
      last[i] = Math.max(last[i] ?? -1, run.across);
    }
  }
  const before = sideOf(plane, start, first, -1);
  const after = sideOf(plane, start, last, 1);
  for (let i = 0; i < end - start; i++) {
    const [from, to] = [first[i] ?? 0, last[i] ?? -1];
    if (to < from) continue;
    let within = 255;
    for (let slant = -SLANT; slant <= SLANT; slant++) {
      const [a, b] = [before.beside[i - slant] ?? 255, after.beside[i + slant] ?? 255];
      within = Math.min(within, Math.max(a, b));
    }
    const at = (start + i) * alongStep;
    for (let across = from; across <= to; across++) gray[across * acrossStep + at] = within;
    for (let d = 1; d <= EDGE; d++) {
      if (from - d >= 0) gray[(from - d) * acrossStep + at] = before.edge[d - 1]?.[i] ?? 255;
      if (to + d < breadth) gray[(to + d) * acrossStep + at] = after.edge[d - 1]?.[i] ?? 255;
    }
  }
}

/** @param side of the stroke at each place along it, from `start` on: its outermost pixel across; @param step away from it */
function sideOf({ gray, breadth, alongStep, acrossStep }: Plane, start: number, side: Int32Array, step: -1 | 1): Side {
  const shade = (i: number, distance: number) => {
    const across = Math.min(breadth - 1, Math.max(0, (side[i] ?? 0) + step * distance));
    return gray[across * acrossStep + (start + i) * alongStep] ?? 255;
  };
  const places = [...side.keys()].filter((i) => (side[i] ?? -1) >= 0 && (side[i] ?? breadth) < breadth);
  const distances = Array.from({ length: EDGE }, (_, k) => k + 1);
  const fades = distances.map((d) => Math.max(0, medianOf(places.map((i) => shade(i, EDGE + 1) - shade(i, d))) ?? 0));
  const edge = distances.map(() => new Uint8Array(side.length).fill(255));
  const beside = new Uint8Array(side.length).fill(255);
  const nearest = fades.findIndex((fade) => fade < MOST_FADE);
  for (const i of places) {
    const outer = shade(i, EDGE + 1);
    for (const [k, own] of edge.entries()) {
      const clear = Math.min(255, shade(i, k + 1) + (fades[k] ?? 0));
      own[i] = outer - clear < REST ? Math.max(outer, clear) : clear;
    }
    beside[i] = edge[nearest]?.[i] ?? outer;
  }
  return { edge, beside };
}
