import { acrossAtMiddle, type Stroke, type Strokes } from '../lines/strokes.ts';

/** A level or upright stroke of a table, from its first to its last crossing; the stroke's own ends may be further out. */
export interface Rule {
  readonly stroke: Stroke;
  readonly from: number;
  readonly to: number;
}

/** Strokes that cross each other: a table's, if it is one. */
export interface Mesh {
  readonly level: readonly Rule[];
  readonly upright: readonly Rule[];
}

/** A level and an upright stroke meet when no more than this is missing, pixels. */
const REACH = 4;

/**
 * Groups the strokes into meshes. A stroke belongs to one when it meets at least two strokes of the other direction that
 * belong to it as well: the strokes of letters, underlines and frames of one side do not.
 */
export function findMeshes({ level, upright }: Strokes): Mesh[] {
  const nodes = [...level, ...upright];
  const meets: Set<number>[] = nodes.map(() => new Set());
  for (const [i, one] of level.entries()) {
    for (const [k, other] of upright.entries()) {
      if (!meet(one, other)) continue;
      meets[i]?.add(level.length + k);
      meets[level.length + k]?.add(i);
    }
  }
  dropLoose(meets);
  return groups(meets).map((members) => {
    const ruleOf = (i: number): Rule => {
      const stroke = nodes[i] as Stroke;
      const at = [...(meets[i] ?? [])].map((k) => nodes[k] as Stroke).map((other) => other.at(acrossAtMiddle(stroke)));
      return { stroke, from: Math.min(...at), to: Math.max(...at) };
    };
    return {
      level: members.filter((i) => i < level.length).map(ruleOf),
      upright: members.filter((i) => i >= level.length).map(ruleOf),
    };
  });
}

function meet(level: Stroke, upright: Stroke): boolean {
  let x = upright.at(acrossAtMiddle(level));
  const y = level.at(x);
  x = upright.at(y);
  return (
    x >= level.from - REACH - upright.thickness / 2 &&
    x <= level.to + REACH + upright.thickness / 2 &&
    y >= upright.from - REACH - level.thickness / 2 &&
    y <= upright.to + REACH + level.thickness / 2
  );
}

/** Takes out what meets fewer than two, until nothing is left to take out. */
function dropLoose(meets: readonly Set<number>[]): void {
  const loose = [...meets.keys()].filter((i) => (meets[i]?.size ?? 0) < 2);
  for (let i = loose.pop(); i !== undefined; i = loose.pop()) {
    for (const other of meets[i] ?? []) {
      meets[other]?.delete(i);
      if (meets[other]?.size === 1) loose.push(other);
    }
    meets[i]?.clear();
  }
}

function groups(meets: readonly Set<number>[]): number[][] {
  const seen = new Set<number>();
  const found: number[][] = [];
  for (const [start, others] of meets.entries()) {
    if (seen.has(start) || others.size === 0) continue;
    const members: number[] = [];
    const open = [start];
    seen.add(start);
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      members.push(i);
      for (const next of meets[i] ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    found.push(members);
  }
  return found;
}
