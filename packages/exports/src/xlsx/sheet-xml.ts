import type { Merge, Sheet, SheetCell } from './sheet.ts';
import type { Styles } from './styles.ts';
import { escapeXml, placeName, XML_HEAD } from './xml.ts';

/** The part of a sheet, a row at a time. The order of its elements is the format's: another is "repaired". */
export function* sheetXml(sheet: Sheet, styles: Styles, isFirst: boolean): Generator<string> {
  yield `${XML_HEAD}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`;
  yield `<sheetViews><sheetView${isFirst ? ' tabSelected="1"' : ''} workbookViewId="0">${pane(sheet.frozenRows)}</sheetView></sheetViews>`;
  yield '<sheetFormatPr defaultRowHeight="15"/>';
  const widths = sheet.widths();
  if (widths.length > 0) {
    const columns = widths.map((width, index) => {
      return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
    });
    yield `<cols>${columns.join('')}</cols>`;
  }
  yield '<sheetData>';
  let row = 0;
  for (const cells of sheet.rows()) {
    const written = cells.map((cell) => cellXml(cell, row, styles));
    if (written.length > 0) yield `<row r="${row + 1}">${written.join('')}</row>`;
    row += 1;
  }
  yield '</sheetData>';
  const merges = Array.from(sheet.merges(), mergeXml);
  if (merges.length > 0) yield `<mergeCells count="${merges.length}">${merges.join('')}</mergeCells>`;
  yield '</worksheet>';
}

function pane(rows: number): string {
  if (rows === 0) return '';
  const below = placeName(rows, 0);
  return (
    `<pane ySplit="${rows}" topLeftCell="${below}" activePane="bottomLeft" state="frozen"/>` +
    `<selection pane="bottomLeft" activeCell="${below}" sqref="${below}"/>`
  );
}

/** Texts stand in their cells, so that no table of all of them has to be held. */
function cellXml({ column, content, bold, wrap, borders }: SheetCell, row: number, styles: Styles): string {
  const place = placeName(row, column);
  const style = styles.numberOf({ format: formatOf(content), bold, wrap, borders });
  const begin = `<c r="${place}" s="${style}"`;
  if (content.kind === 'empty') return `${begin}/>`;
  if (content.kind === 'number') return `${begin}><v>${content.number}</v></c>`;
  if (content.kind === 'boolean') return `${begin} t="b"><v>${content.boolean ? 1 : 0}</v></c>`;
  return `${begin} t="inlineStr"><is><t xml:space="preserve">${escapeXml(content.text)}</t></is></c>`;
}

/** Texts are marked as such, lest an edit makes a formula or a number of them; some programs show only short ones so. */
function formatOf(content: SheetCell['content']): string {
  if (content.kind === 'number') return content.format;
  return content.kind === 'text' && content.text.length <= 255 ? '@' : 'General';
}

function mergeXml({ top, left, bottom, right }: Merge): string {
  return `<mergeCell ref="${placeName(top, left)}:${placeName(bottom, right)}"/>`;
}
