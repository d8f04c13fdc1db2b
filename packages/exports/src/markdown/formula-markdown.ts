import { printable } from '../text/printable.ts';

/** LaTeX that nobody takes for anything else, also where `$$` means nothing: such it may stand as it is. */
const HARMLESS = /^[\p{L}\p{N}\s\\{}^_=+\-/(),.;!'"|]*$/u;

/** What would begin or end something in Markdown by standing at the beginning of a line, or link itself. */
const LINE_OR_LINK = /^\s*(?:[-+=_]|\d+[.)]|\|)|www\.|\n\s*\n|^ {4}|^\t/im;

/**
 * A formula by itself: between `$$`, or as a fenced block that the same renderers take for a formula and all others leave
 * alone, where something in it could be taken for Markdown, HTML or a link.
 */
export function formulaMarkdown(text: string): string {
  const latex = printable(text)
    .trim()
    .replace(/^(?:\$\$?|\\\[|\\\()|(?:\$\$?|\\\]|\\\))$/g, '')
    .trim();
  if (HARMLESS.test(latex) && !LINE_OR_LINK.test(latex)) return `$$\n${latex}\n$$\n\n`;
  const runs = latex.match(/`+/g) ?? [];
  const longestRun = runs.reduce((longest, { length }) => Math.max(longest, length), 2);
  const fence = '`'.repeat(longestRun + 1);
  return `${fence}math\n${latex}\n${fence}\n\n`;
}
