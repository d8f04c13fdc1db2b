import type { CellValue } from '../../model/table.ts';
import { type Amount, type Doubt, readAmount } from './amount.ts';
import { readBooleans } from './boolean.ts';
import { type DateReadings, readDate } from './date.ts';
import { dispelledDoubts } from './dispelled-doubts.ts';
import type { IdentifierKind } from './identifier-label.ts';
import { toNumber } from './numeral.ts';
import { suppresses } from './suppresses.ts';

/** A cell of a column that may have a value. */
export interface ColumnCell {
  readonly text: string;
  readonly row: number;
  /** What a label says that it is; null where none says that it is no number. */
  readonly identifier: IdentifierKind | null;
}

type DecimalSign = 'point' | 'comma';

/** What the cells of a column say, each for itself and all together. */
export interface Column {
  /** Null where the column does not say yes and no. */
  readonly booleans: readonly (boolean | null)[] | null;
  readonly dates: readonly (DateReadings | null)[];
  readonly order: 'dayFirst' | 'monthFirst' | null;
  readonly amounts: readonly (Amount | null)[];
  /** Null where the column says nothing. */
  readonly sign: DecimalSign | 'both' | null;
  readonly dispelled: ReadonlySet<Doubt>;
  readonly currencies: ReadonlySet<string>;
}

/**
 * The cells of a column, without its headings → what they say.
 * @param headed the currencies that its headings name
 */
export function readColumn(cells: readonly ColumnCell[], headed: ReadonlySet<string>): Column {
  const amounts = cells.map(({ text, identifier }) => {
    const amount = readAmount(text);
    return amount !== null && identifier !== null && suppresses(identifier, amount) ? null : amount;
  });
  const dates = cells.map(({ text }) => readDate(text));
  const order = clearReading(dates, 'dayFirst', 'monthFirst');
  const numerals = amounts.map((amount) => amount?.numeral ?? null);
  return {
    booleans: readBooleans(cells),
    dates,
    order: order === 'both' ? null : order,
    amounts,
    sign: clearReading(numerals, 'point', 'comma'),
    dispelled: dispelledDoubts(amounts),
    currencies: new Set([...headed, ...amounts.flatMap(surely)]),
  };
}

/** The decimal sign of all columns that have a clear one; null where they disagree, or none has. */
export function clearSign(columns: readonly Column[]): DecimalSign | null {
  const signs = new Set(columns.map(({ sign }) => sign).filter((sign) => sign !== null));
  const [sign = null] = signs;
  return signs.size === 1 && sign !== 'both' ? sign : null;
}

/**
 * The values of a column, null where reading one is not beyond doubt. What one cell leaves open (`1.234`, `07/08/2025`, `¥`)
 * is decided by the others: by those in which it is clear, where they agree.
 * @param otherwise the decimal sign of the table, for a column that says nothing of it
 */
export function columnValues(column: Column, otherwise: DecimalSign | null): (CellValue | null)[] {
  const { booleans, dates, order, amounts, dispelled, currencies } = column;
  if (booleans !== null) return booleans.map((value) => (value === null ? null : { type: 'boolean', value }));
  const sign = column.sign === 'both' ? null : (column.sign ?? otherwise);
  return amounts.map((amount, at): CellValue | null => {
    const date = dates[at];
    if (date) return dateValue(date, order);
    const isDoubtful = amount !== null && amount.doubt !== null && !dispelled.has(amount.doubt);
    return amount === null || isDoubtful ? null : amountValue(amount, sign, currencies);
  });
}

function dateValue(date: DateReadings, order: 'dayFirst' | 'monthFirst' | null): CellValue | null {
  const { dayFirst, monthFirst } = date;
  const value = dayFirst === null || monthFirst === null || dayFirst === monthFirst ? (dayFirst ?? monthFirst) : null;
  const decided = value ?? (order === null ? null : date[order]);
  return decided === null ? null : { type: 'date', value: decided };
}

function amountValue(amount: Amount, sign: DecimalSign | null, named: ReadonlySet<string>): CellValue | null {
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

/** The reading that clear cases of the column take; null where none is clear. */
function clearReading<A extends string, B extends string>(
  readings: readonly ({ readonly [key in A | B]: unknown } | null)[],
  a: A,
  b: B,
): A | B | 'both' | null {
  const onlyA = readings.some((reading) => reading !== null && reading[a] !== null && reading[b] === null);
  const onlyB = readings.some((reading) => reading !== null && reading[b] !== null && reading[a] === null);
  if (onlyA && onlyB) return 'both';
  return onlyA ? a : onlyB ? b : null;
}

function surely(amount: Amount | null): readonly string[] {
  return amount?.currencies.length === 1 ? amount.currencies : [];
}
