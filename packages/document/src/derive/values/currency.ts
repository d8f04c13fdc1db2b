/** What a sign or code says: one currency, or one of several. */
export type Currencies = readonly string[];

const DOLLARS = ['USD', 'CAD', 'AUD', 'NZD', 'HKD', 'SGD', 'TWD', 'MXN'];
const CROWNS = ['SEK', 'NOK', 'DKK'];

const SIGNS: ReadonlyMap<string, Currencies> = new Map([
  ['€', ['EUR']],
  ['£', ['GBP']],
  ['$', DOLLARS],
  ['US$', ['USD']],
  ['C$', ['CAD']],
  ['CA$', ['CAD']],
  ['A$', ['AUD']],
  ['AU$', ['AUD']],
  ['NZ$', ['NZD']],
  ['HK$', ['HKD']],
  ['S$', ['SGD']],
  ['NT$', ['TWD']],
  ['MX$', ['MXN']],
  ['R$', ['BRL']],
  ['¥', ['CNY', 'JPY']],
  ['CN¥', ['CNY']],
  ['JP¥', ['JPY']],
  ['元', ['CNY']],
  ['人民币', ['CNY']],
  ['人民幣', ['CNY']],
  ['RMB', ['CNY']],
  ['円', ['JPY']],
  ['日元', ['JPY']],
  ['美元', ['USD']],
  ['欧元', ['EUR']],
  ['港元', ['HKD']],
  ['₹', ['INR']],
  ['₩', ['KRW']],
  ['₽', ['RUB']],
  ['₺', ['TRY']],
  ['₫', ['VND']],
  ['฿', ['THB']],
  ['₴', ['UAH']],
  ['₪', ['ILS']],
  ['₱', ['PHP']],
  ['zł', ['PLN']],
  ['Kč', ['CZK']],
  ['Ft', ['HUF']],
  ['kr', CROWNS],
  ['kr.', CROWNS],
  ['Euro', ['EUR']],
]);

const CODES = new Set(
  (
    'AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW KWD KZT ' +
    'LKR MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD UYU VND ZAR'
  ).split(' '),
);

/** Which currencies a sign, word or ISO 4217 code may mean; null where it is none. */
export function currenciesOf(sign: string): Currencies | null {
  if (CODES.has(sign)) return [sign];
  return SIGNS.get(sign) ?? null;
}

/** No heading is longer that names a currency. */
const MAX_HEADING = 200;

/** The currencies that a heading or a cell names beyond doubt: `Price (USD)`, `金额(元)`. */
export function currenciesNamedIn(text: string): string[] {
  const words = text.slice(0, MAX_HEADING).split(/[^\p{L}$¥€£₹₩₽₺₫฿₴₪₱]+/u);
  return words.flatMap((word) => {
    const known = currenciesOf(word);
    return known?.length === 1 ? known : [];
  });
}
