import type { Box } from '../../model/box.ts';
import type { Part } from './table-parts.ts';

/**
 * A block's box → the part of its height that each table, caption or text in it probably takes: an estimate, by the number
 * of rows and lines.
 */
export function shareOut([x1, y1, x2, y2]: Box, parts: readonly Part[]): Box[] {
  const heights = parts.map((part) =>
    part.kind === 'table' ? part.table.groups.reduce((sum, { rows }) => sum + rows.length, 0) : 1,
  );
  const whole = Math.max(
    1,
    heights.reduce((sum, height) => sum + height, 0),
  );
  let above = 0;
  return heights.map((height) => {
    const top = y1 + ((y2 - y1) * above) / whole;
    above += height;
    return [x1, top, x2, above === whole ? y2 : y1 + ((y2 - y1) * above) / whole];
  });
}
