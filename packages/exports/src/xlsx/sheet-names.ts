import { printable } from '../text/printable.ts';
import { MAX_SHEET_NAME_LENGTH } from './limits.ts';

const REPLACEMENTS: Readonly<Record<string, string>> = { '[': '(', ']': ')', ':': '-', '/': '-', '\\': '-' };

/**
 * Makes names of sheets: legal, and unique in a workbook whatever the case of their letters. No number is tried twice behind
 * the same letters: thousands of tables may have one caption.
 */
export function sheetNamer(): (wanted: string, otherwise: string) => string {
  const taken = new Set<string>(['history']); // Excel keeps that one for itself
  const nextCopies = new Map<string, number>();

  /** `Prices (2)`, then `Prices (3)`; what is too long for its number is cut for it. */
  function nextCopy(base: string): string {
    for (let digits = 1; ; digits += 1) {
      const stem = cut(base, MAX_SHEET_NAME_LENGTH - ' ()'.length - digits);
      const key = `${digits} ${folded(stem)}`;
      const copy = nextCopies.get(key) ?? Math.max(2, 10 ** (digits - 1));
      if (copy === 10 ** digits) continue;
      nextCopies.set(key, copy + 1);
      return `${stem} (${copy})`;
    }
  }

  return (wanted, otherwise) => {
    const base = legal(wanted) || otherwise;
    let name = base;
    while (taken.has(folded(name))) name = nextCopy(base);
    taken.add(folded(name));
    return name;
  };
}

function legal(wanted: string): string {
  const clean = printable(wanted)
    .replace(/[[\]:/\\]/g, (character) => REPLACEMENTS[character] ?? '')
    .replace(/[*?]/g, '')
    .replace(/_(?=x[\dA-F]{4}_)/gi, '-') // would be read as an escape
    .replace(/\s+/gu, ' ')
    .replace(/^[\s']+/u, '');
  return cut(clean, MAX_SHEET_NAME_LENGTH).replace(/[\s']+$/u, ''); // neither blanks nor apostrophes may stand at the ends
}

function cut(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
}

/** Alike for all letters that somebody might hold to be alike. */
function folded(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase();
}
