/** From a place along an edge to another, pixels. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where strokes cover this share of a cell's side, it is ruled: they may be broken, or end a little short. */
const MOST = 0.55;

/** Whether the spans cover most of `from` to `to`. Where several lie over each other, that counts once. */
export function coverMost(spans: readonly Span[], from: number, to: number): boolean {
  let sum = 0;
  let reached = from;
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const end = Math.min(to, span.to);
    if (end <= reached) continue;
    sum += Math.max(0, end - Math.max(reached, span.from));
    reached = Math.max(reached, end);
  }
  return sum >= MOST * (to - from);
}
