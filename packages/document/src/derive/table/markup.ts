import { BREAKS } from '../../html/breaks.ts';
import type { HtmlCell } from '../../html/piece-collector.ts';
import type { Report } from '../warnings.ts';
import type { GridCell } from './true-grid.ts';

/** Tags that change how a text looks, and not what it says. */
const LOOKS = new Set(
  (
    'b strong i em u ins mark span font a big tt code kbd samp var cite dfn abbr acronym bdi bdo data time label nobr wbr ' +
    'output'
  ).split(' '),
);

/**
 * Whether the plain text of a cell may say another number than the cell does: `10<sup>2</sup>` is not 102, a fraction of
 * MathML not its digits, and what is struck out does not count.
 */
export function blurs(cell: HtmlCell): boolean {
  return cell.nested || [...cell.tags].some((tag) => !LOOKS.has(tag) && !BREAKS.has(tag));
}

/** Reports what became plain text: each kind of tag once a table, with the first cell that has it. */
export function reportMarkup(cells: readonly GridCell[], report: Report): void {
  const seen = new Map<string, { row: number; column: number; count: number }>();
  const see = (what: string, { row, column }: GridCell) => {
    const known = seen.get(what);
    if (known === undefined) seen.set(what, { row, column, count: 1 });
    else known.count += 1;
  };
  for (const at of cells) {
    if (at.cell === null) continue;
    for (const tag of at.cell.source.tags) see(`<${tag}>`, at);
    if (holdsLatex(at.cell.source.text)) see('$', at);
    if (at.cell.source.nested) report('nested_table', 'A table within a cell became its text.', at);
  }
  for (const [what, { count, ...cell }] of seen) {
    if (what === '$') report('latex_kept', `LaTeX is kept as text; cells: ${count}.`, cell);
    else report('markup_removed', `${what} became plain text; cells: ${count}.`, cell);
  }
}

/** Something between two dollar signs that is no amount of money. */
function holdsLatex(text: string): boolean {
  const parts = text.split('$');
  return parts.some((part, at) => at % 2 === 1 && at < parts.length - 1 && /[\\^_{]/.test(part));
}
