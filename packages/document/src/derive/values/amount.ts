import { type Currencies, currenciesOf } from './currency.ts';
import { halfWidth, hasDigit } from './half-width.ts';
import { type Numeral, readNumeral } from './numeral.ts';

/** A cell that is nothing but a number, with what stands around it. */
export interface Amount {
  readonly type: 'number' | 'percent' | 'currency';
  readonly numeral: Numeral;
  readonly negative: boolean;
  /** Negative in parentheses, and nothing else than those says that it is no item of a list: `(5)`. */
  readonly maybeItem: boolean;
  /** Which it may be; empty where it is no currency. */
  readonly currencies: Currencies;
}

/** Longer is no number that anybody reads. */
const MAX_LENGTH = 40;
const PARTS =
  /^(?<minus>[+-]?) ?(?<before>[^\d\s.,+()%'-][^\d\s,+()%'-]{0,4})? ?(?<inner>[+-]?) ?(?<numeral>[.,]?\d(?:[\d., ']*\d)?) ?(?<last>-?) ?(?<behind>%|[^\d\s.,+()%'-][^\d\s,+()%'-]{0,4})? ?(?<end>-?)$/u;

/** A cell's text → the number in it, in both readings of its signs; null where it is anything else. */
export function readAmount(text: string): Amount | null {
  if (text.length > MAX_LENGTH || !hasDigit(text)) return null;
  const plain = halfWidth(text).replace(/\s/g, (space) => (space === '\n' ? '\n' : ' '));
  const bracketed = /^\( ?(.*?) ?\)$/.exec(plain)?.[1];
  const parts = PARTS.exec(bracketed ?? plain)?.groups;
  if (parts === undefined) return null;
  const { minus = '', inner = '', last = '', end = '', before = '', behind = '', numeral: written = '' } = parts;

  const signs = minus + inner + last + end;
  if (signs.length > 1 || (bracketed !== undefined && signs !== '')) return null;
  const numeral = looksLikeMobile(written) ? null : readNumeral(written);
  if (numeral === null) return null;
  const negative = signs === '-' || bracketed !== undefined;
  const isPercent = behind === '%';
  const maybeItem = bracketed !== undefined && before === '' && behind === '' && /^\d{1,3}$/.test(written);
  if (before === '' && (behind === '' || isPercent)) {
    const type = isPercent ? 'percent' : 'number';
    return { type, numeral, negative, maybeItem, currencies: [] };
  }
  const currencies = currenciesIn(before, behind);
  return currencies === null ? null : { type: 'currency', numeral, negative, maybeItem, currencies };
}

/** What both signs may mean, where there are two: `¥100元`. */
function currenciesIn(before: string, behind: string): Currencies | null {
  const known = [before, behind].filter((sign) => sign !== '').map(currenciesOf);
  const [first, second] = known;
  if (first === undefined || first === null || second === null) return null;
  if (second === undefined) return first;
  const shared = first.filter((currency) => second.includes(currency));
  return shared.length === 0 ? null : shared;
}

/** Eleven digits of a Chinese mobile phone: nobody counts so much without grouping. */
function looksLikeMobile(written: string): boolean {
  return /^1[3-9]\d{9}$/.test(written);
}
