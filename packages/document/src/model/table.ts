import * as z from 'zod';
import { box, confidence } from './box.ts';

/**
 * What a cell's text says, where reading it is unambiguous. A percentage is a fraction (12.5 % is 0.125), a date is
 * `YYYY-MM-DD`; a currency is its ISO 4217 code, absent where the sign alone does not tell (`$` may be many).
 */
export const cellValue = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('number'), value: z.number() }).strict(),
    z.object({ type: z.literal('percent'), value: z.number() }).strict(),
    z.object({ type: z.literal('currency'), value: z.number(), currency: z.string().optional() }).strict(),
    z.object({ type: z.literal('date'), value: z.iso.date() }).strict(),
    z.object({ type: z.literal('boolean'), value: z.boolean() }).strict(),
  ])
  .meta({ id: 'CellValue' });

/** Sides have one letter each, always in the same order, so that equal borders are equal texts. */
const borders = z
  .string()
  .regex(/^t?r?b?l?$/)
  .meta({
    description:
      'its sides that are ruled: of top, right, bottom, left the first letters; empty for none, absent where unknown',
    examples: ['trbl', 'tb', ''],
  });

export const cell = z
  .object({
    row: z.int().min(0).meta({ description: 'of its top left corner, counted from 0' }),
    column: z.int().min(0).meta({ description: 'of its top left corner, counted from 0' }),
    row_span: z.int().min(1),
    column_span: z.int().min(1),
    text: z.string().meta({ description: 'plain text; line feeds where the cell has lines' }),
    header: z.boolean().meta({ description: 'whether it names what stands below or beside it' }),
    bbox: box.optional(),
    estimated: z.literal(true).optional().meta({ description: 'the box was estimated from the grid of the table' }),
    confidence: confidence.optional(),
    value: cellValue.optional(),
    borders: borders.optional(),
  })
  .strict()
  .meta({ id: 'Cell' });

/** A true grid: every place from (0, 0) to (rows − 1, columns − 1) belongs to exactly one cell, also when that is empty. */
export const table = z
  .object({
    rows: z.int().min(0),
    columns: z.int().min(0),
    cells: z.array(cell).meta({ description: 'one per anchor, by rows and within a row by columns' }),
  })
  .strict()
  .meta({ id: 'Table' });

export type Cell = z.infer<typeof cell>;
export type CellValue = z.infer<typeof cellValue>;
export type Table = z.infer<typeof table>;
