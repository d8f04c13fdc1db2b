import { halfWidth, hasDigit } from './half-width.ts';
import { monthNamed } from './month-names.ts';

/** What a date says (`YYYY-MM-DD`) where the day, and where the month stands first; null where it is no date then. */
export interface DateReadings {
  readonly dayFirst: string | null;
  readonly monthFirst: string | null;
}

/** Longer is no date. */
const MAX_LENGTH = 40;

/** Ways to write a date in which the order of day and month is clear. */
const CLEAR: readonly RegExp[] = [
  /^(?<year>\d{4})(?<sign>[-/.])(?<month>\d{1,2})\k<sign>(?<day>\d{1,2})$/,
  /^(?<year>\d{4}) ?年 ?(?<month>\d{1,2}) ?月 ?(?<day>\d{1,2}) ?[日号號]$/,
  /^(?<day>\d{1,2})\. ?(?<month>\d{1,2})\. ?(?<year>\d{4})$/,
  /^(?<day>\d{1,2})(?:st|nd|rd|th|er|º)?\.?(?: |-|\/)?(?:de )?(?<name>\p{L}{3,10})\.?(?: |-|\/|, )(?:de )?(?<year>\d{4})$/u,
  /^(?<name>\p{L}{3,10})\.? (?<day>\d{1,2})(?:st|nd|rd|th)?,? ?(?<year>\d{4})$/u,
];
const UNCLEAR = /^(?<first>\d{1,2})(?<sign>[-/])(?<second>\d{1,2})\k<sign>(?<year>\d{4})$/;

/** A cell's text → the date it is, in both orders; null where it is none, or one that is in no calendar. */
export function readDate(text: string): DateReadings | null {
  if (text.length > MAX_LENGTH || !hasDigit(text)) return null;
  const plain = halfWidth(text).replace(/[^\S\n]/g, ' ');
  for (const way of CLEAR) {
    const { year, month, name, day } = way.exec(plain)?.groups ?? {};
    if (year === undefined) continue;
    const date = inCalendar(Number(year), name === undefined ? Number(month) : monthNamed(name), Number(day));
    if (date !== null) return { dayFirst: date, monthFirst: date };
  }
  const { first, second, year } = UNCLEAR.exec(plain)?.groups ?? {};
  if (year === undefined) return null;
  const dayFirst = inCalendar(Number(year), Number(second), Number(first));
  const monthFirst = inCalendar(Number(year), Number(first), Number(second));
  return dayFirst === null && monthFirst === null ? null : { dayFirst, monthFirst };
}

function inCalendar(year: number, month: number | undefined, day: number): string | null {
  if (month === undefined || year < 1000) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1; // a day too many is one of another month
  return exists ? date.toISOString().slice(0, 10) : null;
}
