/** What begins and what ends a formula in LaTeX. */
const SIGNS: readonly (readonly [string, string])[] = [
  ['$$', '$$'],
  ['$', '$'],
  ['\\(', '\\)'],
  ['\\[', '\\]'],
];

/** What a text says that is nothing but a formula, as `$12$`: its dollars are no money. Null where it is none. */
export function withoutMathSigns(text: string): string | null {
  for (const [begin, end] of SIGNS) {
    if (text.length <= begin.length + end.length || !text.startsWith(begin) || !text.endsWith(end)) continue;
    return text.slice(begin.length, -end.length).replaceAll('\\%', '%').trim();
  }
  return null;
}
