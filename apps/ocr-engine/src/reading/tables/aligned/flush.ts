import type { Box } from '../../page.ts';

/** Text is flush with others when so many heights of a line at most part its left side, middle or right side from theirs ... */
const FLUSH = 0.2;
/** ... in more than this share of them. */
const MOST = 0.6;

/** Whether a text stands as most others of a column do: flush left, centred or flush right. @param lineHeight pixels */
export function isFlush(box: Box, others: readonly Box[], lineHeight: number): boolean {
  const sides: ((box: Box) => number)[] = [
    ({ left }) => left,
    ({ left, right }) => (left + right) / 2,
    ({ right }) => right,
  ];
  return sides.some((side) => {
    const same = others.filter((other) => Math.abs(side(other) - side(box)) <= FLUSH * lineHeight);
    return same.length > MOST * others.length;
  });
}
