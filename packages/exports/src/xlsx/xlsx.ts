/**
 * A workbook, written here and not by a library: those at hand hold a whole workbook in memory and lose what this cannot:
 * a text like `#N/A` becomes an error, blanks at the ends go, times of writing get in. What is needed is little: a sheet a
 * table, texts in their cells, merges, styles; rows are made as they are read, and zipped off the main thread.
 */
import type { Page } from '@ocrelay/document';
import * as z from 'zod';
import { tablesOf } from '../document/tables-of.ts';
import { unreadNote } from '../document/unread-note.ts';
import type { Exporter, ExportSource } from '../exporter.ts';
import { flag } from '../query-options.ts';
import { printable } from '../text/printable.ts';
import { utf8 } from '../text/utf8.ts';
import { type ZipEntry, zipped } from '../zip/zipped.ts';
import { type ContentsRow, contentsSheet } from './contents-sheet.ts';
import { leftOut, leftOutSheet } from './left-out.ts';
import { lineSheet } from './line-sheet.ts';
import type { Sheet } from './sheet.ts';
import { sheetNamer } from './sheet-names.ts';
import { sheetXml } from './sheet-xml.ts';
import { createStyles } from './styles.ts';
import { tableSheet } from './table-sheet.ts';
import { workbookParts } from './workbook-parts.ts';

const options = z.strictObject({
  text_sheet: flag.default(false).meta({ description: 'a last sheet with the text of all pages' }),
});

/**
 * A sheet per table, in order; then the text as a sheet where it is asked for or there is no table, the pages that could not
 * be read, if any, since a sheet that is missing must not look like a page without a table, and what of tables no sheet can
 * hold. Of several documents, which sheet is whose comes last, so that sheet n stays table n.
 */
export const xlsx: Exporter<z.infer<typeof options>> = {
  mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  extension: 'xlsx',
  holdsMany: true,
  options,
  write: (sources, { text_sheet }) => ({
    mediaType: xlsx.mediaType,
    extension: xlsx.extension,
    body: zipped(entriesOf(sheetsOf(sources, text_sheet))),
  }),
};

function sheetsOf(sources: readonly ExportSource[], withText: boolean): Sheet[] {
  const nameSheet = sheetNamer();
  const sheets: Sheet[] = [];
  const contents: ContentsRow[] = [];
  const cuts: { sheet: string; lacks: string }[] = [];
  for (const [at, { name, document }] of sources.entries()) {
    const tables = tablesOf(document);
    const whose = { number: at + 1, document: name };
    if (tables.length === 0) contents.push(whose);
    for (const { table, page, title } of tables) {
      const wanted = title ?? (sources.length > 1 ? name : '');
      const sheet = nameSheet(wanted, `Table ${sheets.length + 1}`);
      sheets.push(tableSheet(sheet, table));
      contents.push({ ...whose, page, sheet, title });
      const lacks = leftOut(table);
      if (lacks !== null) cuts.push({ sheet, lacks });
    }
  }
  if (withText || sheets.length === 0) sheets.push(lineSheet(nameSheet('Text', 'Text'), 'Text', sources, textLines));
  if (sources.some(({ document }) => document.pages.some(({ error }) => error !== undefined))) {
    sheets.push(lineSheet(nameSheet('Unread pages', 'Unread pages'), 'Why', sources, unreadLines));
  }
  if (cuts.length > 0) sheets.push(leftOutSheet(nameSheet('Left out', 'Left out'), cuts));
  if (sources.length > 1) sheets.push(contentsSheet(nameSheet('Contents', 'Contents'), contents));
  return sheets;
}

function textLines(page: Page): string[] {
  return page.blocks.flatMap((block) => printable(block.text).split('\n'));
}

function unreadLines(page: Page): string[] {
  const note = unreadNote(page);
  return note === null ? [] : [printable(note)];
}

/** The styles come last: what they are is known when all sheets are written. */
function entriesOf(sheets: readonly Sheet[]): ZipEntry[] {
  const styles = createStyles();
  const parts = Object.entries(workbookParts(sheets.map(({ name }) => name)));
  return [
    ...parts.map(([path, text]) => ({ path, content: () => utf8([text]) })),
    ...sheets.map((sheet, index) => ({
      path: `xl/worksheets/sheet${index + 1}.xml`,
      content: () => utf8(sheetXml(sheet, styles, index === 0)),
    })),
    { path: 'xl/styles.xml', content: () => utf8([styles.xml()]) },
  ];
}
