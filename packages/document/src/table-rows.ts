/**
 * A table's HTML → its rows of cells' texts. OCR services write only `table`, `tr`, `td`, `th`, a few inline tags and
 * entities, often unclosed: so tags are read one after the other, and a row or cell ends where the next begins.
 */

/** `"` inside an attribute may have been escaped once more: `colspan=\"2\"`. */
const TAG = /<(\/?)([a-z][a-z0-9]*)(?:\s(?:"[^"]*"|'[^']*'|[^"'<>])*)?\/?>|<!--[^<>]*-->/gi;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Cells keep their order; spans are not unfolded. Text outside cells becomes a row of its own, so nothing read is lost. */
export function tableRows(html: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell: string | null = null;
  const endCell = () => {
    const text = cell === null ? '' : oneLine(cell);
    if (cell !== null) row.push(text);
    cell = null;
  };
  const endRow = () => {
    endCell();
    if (row.length > 0) rows.push(row);
    row = [];
  };
  const addText = (text: string) => {
    if (cell !== null) cell += text;
    else if (text.trim() !== '') {
      endRow();
      rows.push([oneLine(text)]);
    }
  };

  const unescaped = html.replaceAll('\\"', '"').replaceAll("\\'", "'");
  let at = 0;
  for (const tag of unescaped.matchAll(TAG)) {
    addText(decode(unescaped.slice(at, tag.index)));
    at = tag.index + tag[0].length;
    const name = tag[2]?.toLowerCase();
    if (name === 'td' || name === 'th') {
      endCell();
      if (tag[1] === '') cell = '';
    } else if (name === 'tr' || name === 'table') endRow();
    else if (cell !== null && (name === 'br' || name === 'p' || name === 'div' || name === 'li')) cell += ' ';
  }
  addText(decode(unescaped.slice(at)));
  endRow();
  return rows;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function decode(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
