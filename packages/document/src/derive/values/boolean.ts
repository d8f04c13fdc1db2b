import { halfWidth } from './half-width.ts';

/** Pairs of words and signs; one alone may mean something else, a column of nothing else does not. */
const PAIRS: readonly { readonly yes: readonly string[]; readonly no: readonly string[]; readonly both?: true }[] = [
  { yes: ['yes'], no: ['no'] },
  { yes: ['true'], no: ['false'] },
  { yes: ['ja'], no: ['nein'] },
  { yes: ['oui'], no: ['non'] },
  { yes: ['sí', 'si'], no: ['no'], both: true },
  { yes: ['y'], no: ['n'], both: true },
  { yes: ['是'], no: ['否'] },
  { yes: ['✓', '✔', '√'], no: ['✗', '✘', '×'] },
  { yes: ['☑'], no: ['☐'] },
];

/**
 * The cells of a column → what each says, where they all say yes or no with the words of one pair, and two or more of them
 * below the first row, which may be a heading (`No`); else null. Letters that may be anything (`Y`) need their counterpart in
 * the column, and so does a sign that may be an empty box or a multiplication.
 */
export function readBooleans(
  cells: readonly { readonly text: string; readonly row: number }[],
): (boolean | null)[] | null {
  const words = new Set(cells.map(({ text }) => word(text)));
  if (words.size > 6 || cells.filter(({ row }) => row > 0).length < 2) return null;
  for (const { yes, no, both } of PAIRS) {
    const has = (side: readonly string[]) => side.some((one) => words.has(one));
    const all = [...words].every((one) => yes.includes(one) || no.includes(one));
    const needsBoth = both === true || words.has('×') || words.has('☐');
    if (all && (!needsBoth || (has(yes) && has(no))))
      return cells.map(({ text, row }) => (row === 0 ? null : yes.includes(word(text))));
  }
  return null;
}

function word(text: string): string {
  return text.length > 10 ? '' : halfWidth(text).toLowerCase().replaceAll('\ufe0f', '');
}
