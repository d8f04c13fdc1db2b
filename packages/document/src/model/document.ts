import * as z from 'zod';
import { block } from './block.ts';

/** Which rules a document was derived by. Raised whenever the same raw result would come out as another document. */
export const DOCUMENT_VERSION = 4;

/** Why a page has no blocks: it failed for good while others of its document were read. */
export const pageError = z
  .object({
    code: z.string().meta({ description: 'an error code of the catalogue', examples: ['ocr_failed'] }),
    message: z.string(),
  })
  .strict();

export const page = z
  .object({
    number: z.int().min(1).meta({ description: 'counted from 1' }),
    width: z.int().min(0).meta({ description: 'pixels of the upright page; 0 where unknown' }),
    height: z.int().min(0).meta({ description: 'pixels of the upright page; 0 where unknown' }),
    text_layer: z.string().optional().meta({ description: 'text that the file itself held for this page' }),
    error: pageError.optional(),
    blocks: z.array(block).meta({ description: 'in reading order' }),
  })
  .strict()
  .meta({ id: 'Page' });

/** What was odd and has been repaired, and where. */
export const warning = z
  .object({
    code: z.string().meta({ examples: ['row_too_short', 'span_overlaps'] }),
    message: z.string(),
    page: z.int().min(1),
    block: z.int().min(0).nullable().meta({ description: "the block's id; null where it is the page's matter" }),
    cell: z
      .object({ row: z.int().min(0), column: z.int().min(0) })
      .strict()
      .optional(),
  })
  .strict()
  .meta({ id: 'DocumentWarning' });

/** What was read, as blocks and true tables: what every export is made from. */
export const documentModel = z
  .object({
    document_version: z.int().min(1),
    pages: z.array(page),
    warnings: z.array(warning),
  })
  .strict()
  .meta({ id: 'Document' });

export type Document = z.infer<typeof documentModel>;
export type Page = z.infer<typeof page>;
export type PageError = z.infer<typeof pageError>;
export type DocumentWarning = z.infer<typeof warning>;
