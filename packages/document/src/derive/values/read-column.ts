import type { CellValue } from '../../model/table.ts';
import { type Amount, readAmount } from './amount.ts';
import { readBooleans } from './boolean.ts';
import { currenciesNamedIn } from './currency.ts';
import { type DateReadings, readDate } from './date.ts';
import { toNumber } from './numeral.ts';

/** A cell of a column that may have a value. */
export interface ColumnCell {
  readonly text: string;
  /** Whether a label says that it is no number. */
  readonly isIdentifier: boolean;
}

/**
 * The cells of a column, without its headings → their values, null where reading one is not beyond doubt. What one cell
 * leaves open (`1.234`, `07/08/2025`, `¥`) is decided by the others: by those in which it is clear, where they agree.
 * @param headings what names the column
 */
export function readColumn(cells: readonly ColumnCell[], headings: readonly string[]): (CellValue | null)[] {
  const isYes = readBooleans(cells.map(({ text }) => text));
  if (isYes !== null) return cells.map(({ text }) => ({ type: 'boolean', value: isYes(text) }));

  const dates = cells.map(({ text }) => readDate(text));
  const amounts = cells.map(({ text, isIdentifier }) => (isIdentifier ? null : readAmount(text)));
  const order = agreed(dates, 'dayFirst', 'monthFirst');
  const sign = agreed(
    amounts.map((amount) => amount?.numeral ?? null),
    'point',
    'comma',
  );
  const hasPlain = amounts.some((amount) => amount !== null && !amount.maybeItem);
  const named = new Set([...headings.flatMap(currenciesNamedIn), ...amounts.flatMap(surely)]);

  return cells.map((_, at): CellValue | null => {
    const date = dates[at];
    if (date) return dateValue(date, order);
    const amount = amounts[at];
    return !amount || (amount.maybeItem && !hasPlain) ? null : amountValue(amount, sign, named);
  });
}

function dateValue(date: DateReadings, order: 'dayFirst' | 'monthFirst' | null): CellValue | null {
  const { dayFirst, monthFirst } = date;
  const value = dayFirst === null || monthFirst === null || dayFirst === monthFirst ? (dayFirst ?? monthFirst) : null;
  const decided = value ?? (order === null ? null : date[order]);
  return decided === null ? null : { type: 'date', value: decided };
}

function amountValue(amount: Amount, sign: 'point' | 'comma' | null, named: ReadonlySet<string>): CellValue | null {
  const { type, numeral, negative, currencies } = amount;
  const { point, comma } = numeral;
  const open = point !== null && comma !== null && point.places !== comma.places;
  const decimal = open ? sign && numeral[sign] : (point ?? comma);
  if (decimal === null) return null;
  const value = toNumber(decimal, negative, type === 'percent' ? 2 : 0);
  if (type !== 'currency') return { type, value };
  const possible = currencies.length === 1 ? currencies : currencies.filter((currency) => named.has(currency));
  const [currency] = possible;
  return { type, value, ...(possible.length === 1 && currency !== undefined && { currency }) };
}

/** The one of two readings that every clear case in the column takes; null where none is clear, or they disagree. */
function agreed<A extends string, B extends string>(
  readings: readonly ({ readonly [key in A | B]: unknown } | null)[],
  a: A,
  b: B,
): A | B | null {
  const onlyA = readings.some((reading) => reading !== null && reading[a] !== null && reading[b] === null);
  const onlyB = readings.some((reading) => reading !== null && reading[b] !== null && reading[a] === null);
  if (onlyA === onlyB) return null;
  return onlyA ? a : b;
}

function surely(amount: Amount | null): readonly string[] {
  return amount?.currencies.length === 1 ? amount.currencies : [];
}
