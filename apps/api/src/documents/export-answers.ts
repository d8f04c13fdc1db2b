import { EXPORT_FORMATS } from '@ocrelay/exports';
import * as z from 'zod';
import { commonHeaders, failureAnswer, failures, notModified } from '../openapi/answers.ts';
import { bareMediaType, ZIP } from './export-format.ts';

/** What every export may be asked for. */
export const exportQuery = z.object({
  format: z
    .enum(EXPORT_FORMATS as readonly [string, ...string[]])
    .optional()
    .meta({
      description:
        'without it, `Accept` decides; `application/zip` is csv, which is a zip where there are several tables',
    }),
  table: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'csv: which table, counted from 1; without it the only one, or a zip of all' }),
  spans: z
    .enum(['repeat', 'blank'])
    .optional()
    .meta({ description: 'csv: what stands in the places that a merged cell covers; `blank` when not given' }),
  safe: z.boolean().optional().meta({
    description:
      "csv: a ' before what a spreadsheet would take for a formula, and all cells that are not empty in quotes; true when not given",
  }),
  text_sheet: z
    .boolean()
    .optional()
    .meta({ description: 'xlsx: a last sheet with the text of the pages; false when not given' }),
});

export const exportAnswers = {
  200: {
    description: 'the file',
    headers: commonHeaders,
    content: Object.fromEntries([...EXPORT_FORMATS.map(bareMediaType), ZIP].map((type) => [type, {}])),
  },
  304: notModified,
  ...failures(400, 404, 409, 422),
  507: failureAnswer('there is no room to keep the file until it is taken away'),
};
