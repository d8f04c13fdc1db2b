import * as z from 'zod';
import { box, confidence } from './box.ts';
import { table } from './table.ts';

/** A line of a block's text, where the service tells lines. */
export const textLine = z.object({ text: z.string(), bbox: box, confidence }).strict().meta({ id: 'TextLine' });

export const block = z
  .object({
    id: z.int().min(0).meta({ description: 'its place in the reading order of its page, counted from 0' }),
    kind: z.string().meta({
      description: "the OCR service's label",
      examples: ['doc_title', 'paragraph_title', 'text', 'table', 'image', 'formula'],
    }),
    text: z
      .string()
      .meta({ description: "plain text; a table's rows are lines with a tab before each column but the first" }),
    bbox: box,
    confidence: confidence.optional(),
    lines: z.array(textLine).optional(),
    table: table.optional(),
  })
  .strict()
  .meta({ id: 'Block' });

export type Block = z.infer<typeof block>;
export type TextLine = z.infer<typeof textLine>;
