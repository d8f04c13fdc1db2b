import type { Cell } from '../../model/table.ts';
import { readAmount } from '../values/amount.ts';

/**
 * Whether the first row names what stands below, though no tag says so: in a table of three columns or more it is full of
 * different texts without a digit, none of them longer than a name, and below one of them there are two numbers or more
 * and nothing else. With two columns it could as well be a list of names and values.
 */
export function isClearHeaderRow(cells: readonly Cell[]): boolean {
  const first = cells.filter(({ row }) => row === 0);
  const names = new Set(first.map(({ text }) => text));
  if (first.length < 3 || names.size < first.length || !first.every(isName)) return false;
  const named = new Set(first.filter(({ column_span }) => column_span === 1).map(({ column }) => column));
  const numbers = new Map<number, number>();
  for (const { row, column, text } of cells) {
    if (row === 0 || text === '' || !named.has(column)) continue;
    if (readAmount(text) === null) named.delete(column);
    else numbers.set(column, (numbers.get(column) ?? 0) + 1);
  }
  return [...named].some((column) => (numbers.get(column) ?? 0) >= 2);
}

function isName({ text, row_span }: Cell): boolean {
  return row_span === 1 && text.length <= 60 && /\p{L}/u.test(text) && !/\p{N}/u.test(text);
}
