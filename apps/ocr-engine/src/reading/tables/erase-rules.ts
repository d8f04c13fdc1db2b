import type { Stroke } from '../lines/strokes.ts';
import { medianOf } from '../median.ts';
import type { Page } from '../page.ts';
import type { Mesh } from './mesh.ts';

/** So many pixels beside a stroke are its blurred edge. */
const EDGE = 2;
/** Shades of gray: what is left of the edge's blur when its usual shade is taken off, and no letter's. */
const REST = 60;
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
  const shades = [shadesOf(plane, start, first, -1), shadesOf(plane, start, last, 1)] as const;
  const paper = shades[0].outer.map((shade, i) => Math.max(shade, shades[1].outer[i] ?? 0));
  const [before, after] = [withoutBlur(shades[0], paper), withoutBlur(shades[1], paper)];
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

/** One side of a stroke as it is: at each place along it what is next to it, in the order of `Side`, and just beyond its blur. */
interface Shades {
  readonly edge: readonly Uint8Array[];
  readonly outer: Uint8Array;
  /** Where there is any of the stroke. */
  readonly places: readonly number[];
}

/** @param side of the stroke at each place along it, from `start` on: its outermost pixel across; @param step away from it */
function shadesOf(
  { gray, breadth, alongStep, acrossStep }: Plane,
  start: number,
  side: Int32Array,
  step: -1 | 1,
): Shades {
  const at = (distance: number) =>
    Uint8Array.from(side, (outermost, i) => {
      const across = Math.min(breadth - 1, Math.max(0, outermost + step * distance));
      return gray[across * acrossStep + (start + i) * alongStep] ?? 255;
    });
  const places = [...side.keys()].filter((i) => (side[i] ?? -1) >= 0 && (side[i] ?? breadth) < breadth);
  return { edge: Array.from({ length: EDGE }, (_, k) => at(k + 1)), outer: at(EDGE + 1), places };
}

/** Takes off what the stroke usually darkens its edge by. @param paper the shade of it at each place */
function withoutBlur({ edge, outer, places }: Shades, paper: Uint8Array): Side {
  const fades = edge.map((own) => Math.max(0, medianOf(places.map((i) => (outer[i] ?? 0) - (own[i] ?? 0))) ?? 0));
  const clear = edge.map((own, k) =>
    own.map((shade, i) => {
      const beyond = outer[i] ?? 255;
      const lit = Math.min(shade + (fades[k] ?? 0), paper[i] ?? 255);
      return beyond - lit < REST ? Math.max(beyond, lit) : lit;
    }),
  );
  return { edge: clear, beside: clear[fades.findIndex((fade) => fade < MOST_FADE)] ?? outer };
}
