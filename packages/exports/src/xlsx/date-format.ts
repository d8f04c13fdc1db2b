import { literal } from './number-format.ts';

const DAY_MS = 86_400_000;

/** Day 0 for all days from 1900-03-01 on. Before it Excel counts a 29 February that there was not. */
const DAY_ZERO_MS = Date.UTC(1899, 11, 30);
const FIRST_SERIAL = 61;
const LAST_SERIAL = 2_958_465; // 9999-12-31

/** A day as Excel counts them, without any time zone; null where it cannot. @param date `YYYY-MM-DD` */
export function dateSerial(date: string): number | null {
  const serial = (Date.parse(`${date}T00:00:00Z`) - DAY_ZERO_MS) / DAY_MS;
  return serial >= FIRST_SERIAL && serial <= LAST_SERIAL ? serial : null;
}

type Part = 'y' | 'm' | 'd';

/** Orders of year, month and day, likelier ones first: `05.07.25` fits several. */
const ORDERS: readonly (readonly Part[])[] = [
  ['d', 'm', 'y'],
  ['m', 'd', 'y'],
  ['y', 'm', 'd'],
];

/**
 * The format that shows a date as its text did, where the text is year, month and day in digits, in one of these orders and
 * with whatever between them; else year, month and day with dashes. @param date `YYYY-MM-DD`
 */
export function dateFormat(text: string, date: string): string {
  const plain = text.normalize('NFKC').trim();
  const digits = plain.match(/\d+/g) ?? [];
  const order = digits.length === 3 ? ORDERS.find((one) => fits(one, digits, date)) : undefined;
  if (order === undefined) return 'yyyy-mm-dd';
  const isPadded = order.every((part, index) => part === 'y' || digits[index]?.length === 2);
  const between = plain.split(/\d+/).map((other) => (/^[-/. ]*$/.test(other) ? other : literal(other.slice(0, 20))));
  const names = order.map((part, index) => {
    if (part === 'y') return (digits[index]?.length ?? 0) > 2 ? 'yyyy' : 'yy';
    return isPadded ? part.repeat(2) : part;
  });
  return between.map((other, index) => other + (names[index] ?? '')).join('');
}

function fits(order: readonly Part[], digits: readonly string[], date: string): boolean {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return order.every((part, index) => {
    const number = Number(digits[index]);
    if (part === 'y') return number === year || (number === year % 100 && digits[index]?.length === 2);
    return number === (part === 'm' ? month : day);
  });
}
