import * as z from 'zod';

/** `[x1, y1, x2, y2]` in pixels of the upright page, origin top left, within the page; `x1 <= x2`, `y1 <= y2`. */
export const box = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .meta({ description: '[x1, y1, x2, y2] in pixels of the upright page' });

/** How sure the service is, 0 to 1. */
export const confidence = z.number().min(0).max(1).meta({ description: 'how sure the OCR service is, 0 to 1' });

export type Box = z.infer<typeof box>;
