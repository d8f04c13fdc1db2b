import { MAX_NUMBER_FORMATS } from './limits.ts';
import { escapeXml, XML_HEAD } from './xml.ts';

/** How a cell looks. */
interface CellStyle {
  /** As Excel writes them; `General` shows any number, `@` a text that stays one when it is edited. */
  readonly format: string;
  readonly bold: boolean;
  readonly wrap: boolean;
  /** The sides that have a thin line: of `trbl` the letters of these, in this order. */
  readonly borders: string;
}

const BUILT_IN: Readonly<Record<string, number>> = {
  General: 0,
  '0': 1,
  '0.00': 2,
  '#,##0': 3,
  '#,##0.00': 4,
  '0%': 9,
  '0.00%': 10,
  '@': 49,
};
/** What stands in for formats beyond what a workbook holds. */
const GENERAL = 0;
const SHORT_DATE = 14;
const FIRST_CUSTOM = 164;

/** The styles of a workbook, numbered as they are first used. Their part is written when all sheets are. */
export interface Styles {
  /** The number that a cell refers to. */
  numberOf(style: CellStyle): number;
  xml(): string;
}

export function createStyles(): Styles {
  const formats = new Map<string, number>();
  const styles = new Map<string, number>();
  const borders = new Map<string, number>([['', 0]]);
  const lines: string[] = ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'];

  function formatNumber(format: string): number {
    const known = BUILT_IN[format] ?? formats.get(format);
    if (known !== undefined) return known;
    if (formats.size === MAX_NUMBER_FORMATS) return /[ymd]/.test(format.replace(/"[^"]*"/g, '')) ? SHORT_DATE : GENERAL;
    formats.set(format, FIRST_CUSTOM + formats.size);
    return FIRST_CUSTOM + formats.size - 1;
  }

  function borderNumber(sides: string): number {
    const number = borders.get(sides) ?? borders.size;
    borders.set(sides, number);
    return number;
  }

  return {
    numberOf(style) {
      const format = formatNumber(style.format); // and not its code: those beyond what a workbook holds look alike
      const key = `${style.bold}${style.wrap}${style.borders} ${format}`;
      const known = styles.get(key);
      if (known !== undefined) return known;
      styles.set(key, lines.length);
      lines.push(formatOfCell(style, format, borderNumber(style.borders)));
      return lines.length - 1;
    },
    xml: () => stylesXml(formats, [...borders.keys()], lines),
  };
}

function formatOfCell({ bold, wrap }: CellStyle, numFmtId: number, border: number): string {
  const font = bold ? 1 : 0;
  return (
    `<xf numFmtId="${numFmtId}" fontId="${font}" fillId="0" borderId="${border}" xfId="0" applyNumberFormat="1" ` +
    `applyFont="1" applyBorder="1" applyAlignment="1"><alignment vertical="top"${wrap ? ' wrapText="1"' : ''}/></xf>`
  );
}

function stylesXml(formats: ReadonlyMap<string, number>, borders: readonly string[], lines: readonly string[]): string {
  const custom = [...formats].map(([code, id]) => `<numFmt numFmtId="${id}" formatCode="${escapeXml(code)}"/>`);
  const font = '<sz val="11"/><name val="Calibri"/><family val="2"/>';
  return (
    `${XML_HEAD}<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
    (custom.length === 0 ? '' : `<numFmts count="${custom.length}">${custom.join('')}</numFmts>`) +
    `<fonts count="2"><font>${font}</font><font><b/>${font}</font></fonts>` +
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
    `<borders count="${borders.length}">${borders.map(borderXml).join('')}</borders>` +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    `<cellXfs count="${lines.length}">${lines.join('')}</cellXfs>` +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
  );
}

/** Sides stand in the order of the format. */
function borderXml(borders: string): string {
  const sides = ['left', 'right', 'top', 'bottom'].map((side) =>
    borders.includes(side.charAt(0)) ? `<${side} style="thin"><color auto="1"/></${side}>` : `<${side}/>`,
  );
  return `<border>${sides.join('')}<diagonal/></border>`;
}
