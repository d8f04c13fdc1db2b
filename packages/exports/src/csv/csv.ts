import * as z from 'zod';
import { type TitledTable, tablesOf } from '../document/tables-of.ts';
import { ExportError } from '../export-error.ts';
import type { Exporter, ExportFile } from '../exporter.ts';
import { flag, ordinal } from '../query-options.ts';
import { utf8 } from '../text/utf8.ts';
import { zipped } from '../zip/zipped.ts';
import { type CsvStyle, csvText } from './csv-text.ts';

const options = z.strictObject({
  table: ordinal
    .optional()
    .meta({ description: 'which table, the first is 1; without it all of them, several as a zip' }),
  spans: z.enum(['blank', 'repeat'], { error: 'must be blank or repeat' }).default('blank'),
  safe: flag.default(true),
});

/** Tables: the only one, one of several (`table`), or all as a zip. */
export const csv: Exporter<z.infer<typeof options>> = {
  mediaType: 'text/csv; charset=utf-8',
  extension: 'csv',
  holdsMany: false,
  options,
  write([source], { table, ...style }) {
    const tables = source === undefined ? [] : tablesOf(source.document);
    if (tables.length === 0) throw new ExportError('no_tables', 'the document has no tables');
    const chosen = tables[(table ?? 1) - 1];
    if (chosen === undefined) {
      throw new ExportError('table_not_found', `there is no table ${table}: the document has ${tables.length}`);
    }
    return table === undefined && tables.length > 1 ? allAsZip(tables, style) : oneAsCsv(chosen, style);
  },
};

function oneAsCsv({ table }: TitledTable, style: CsvStyle): ExportFile {
  return { mediaType: csv.mediaType, extension: csv.extension, body: utf8(csvText(table, style)) };
}

/** Named by their numbers, which sort, and pages: titles may be alike, and not every unpacker can read every script. */
function allAsZip(tables: readonly TitledTable[], style: CsvStyle): ExportFile {
  const digits = String(tables.length).length;
  const entries = tables.map(({ table, page }, index) => ({
    path: `table-${String(index + 1).padStart(digits, '0')}-page-${page}.csv`,
    content: () => utf8(csvText(table, style)),
  }));
  return { mediaType: 'application/zip', extension: 'zip', body: zipped(entries) };
}
