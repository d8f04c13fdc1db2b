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
 * The texts of a column → what each says, where they all say yes or no with the words of one pair; else null. Letters that
 * may be anything (`Y`) need their counterpart in the column, and so does a sign that may be an empty box or a multiplication.
 */
export function readBooleans(texts: readonly string[]): ((text: string) => boolean) | null {
  const words = new Set(texts.map(word));
  if (words.size === 0 || words.size > 6) return null;
  for (const { yes, no, both } of PAIRS) {
    const has = (side: readonly string[]) => side.some((one) => words.has(one));
    const all = [...words].every((one) => yes.includes(one) || no.includes(one));
    const needsBoth = both === true || words.has('×') || words.has('☐');
    if (all && (!needsBoth || (has(yes) && has(no)))) return (text) => yes.includes(word(text));
  }
  return null;
}

function word(text: string): string {
  return text.length > 10 ? '' : halfWidth(text).toLowerCase().replaceAll('\ufe0f', '');
}
