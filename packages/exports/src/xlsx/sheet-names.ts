import { printable } from '../text/printable.ts';
import { MAX_SHEET_NAME_LENGTH } from './limits.ts';

const REPLACEMENTS: Readonly<Record<string, string>> = { '[': '(', ']': ')', ':': '-', '/': '-', '\\': '-' };

/** Makes names of sheets: legal, and unique in a workbook whatever the case of their letters. */
export function sheetNamer(): (wanted: string, otherwise: string) => string {
  const taken = new Set<string>(['history']); // Excel keeps that one for itself
  return (wanted, otherwise) => {
    const base = legal(wanted) || otherwise;
    let name = base;
    for (let copy = 2; taken.has(folded(name)); copy += 1) {
      const suffix = ` (${copy})`;
      name = cut(base, MAX_SHEET_NAME_LENGTH - suffix.length) + suffix;
    }
    taken.add(folded(name));
    return name;
  };
}

function legal(wanted: string): string {
  const clean = printable(wanted)
    .replace(/[[\]:/\\]/g, (character) => REPLACEMENTS[character] ?? '')
    .replace(/[*?]/g, '')
    .replace(/_(?=x[\dA-F]{4}_)/gi, '-') // would be read as an escape
    .replace(/\s+/gu, ' ');
  return trimmed(cut(trimmed(clean), MAX_SHEET_NAME_LENGTH));
}

/** Neither blanks nor apostrophes may stand at the ends. */
function trimmed(text: string): string {
  return text.replace(/^[\s']+|[\s']+$/gu, '');
}

function cut(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
}

/** Alike for all letters that somebody might hold to be alike. */
function folded(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase();
}
