import { halfWidth } from './half-width.ts';

/**
 * What a label says that stands below or beside it: `numbering` counts through something or names it by a code, as `1.10`
 * may do; an `identifier` is a number that nobody calculates with, but that nobody writes with decimals.
 */
export type IdentifierKind = 'numbering' | 'identifier';

/** Words that name numbers nobody calculates with, wherever they stand. */
const WORDS = new Set(
  (
    'zip zipcode plz postcode postleitzahl postal phone telephone telefon tel tél téléphone teléfono telefono fax mobile ' +
    'mobil handy cell account acct konto kto bankkonto girokonto blz compte cuenta conto iban bic swift serial batch lot ' +
    'ref reference referenz kennung cap vat ssn passport contact'
  ).split(' '),
);
const CODE_WORDS = new Set('id ids code codes código codice sku ean isbn upc gtin barcode'.split(' '));
/** Words that do so as a name on their own, but may count things as well: `No. of items`. */
const NUMBER_WORDS = new Set([
  'no',
  'nr',
  'num',
  'nos',
  'nº',
  'n°',
  '№',
  'number',
  'nummer',
  'numéro',
  'número',
  'núm',
  'numero',
]);
const COUNTING = new Set(['of', 'der', 'des', 'von', 'de', 'di', 'total', 'pcs']);
/** German puts them at the end of a word: Artikelnummer, Kundennr. */
const ENDINGS = /(?:nummer|nr|code|kennzeichen)$/;
/** Words for what is calculated with, whosever it is: `Account balance`, `Lot size`. */
const AMOUNTS = new Set(
  (
    'balance price prices charges cost costs fee fees size sizes count counts rate rates amount amounts total totals ' +
    'sum value volume weight limit hours days quantity qty prix montant solde quantité importe precio cantidad prezzo ' +
    'importo quantità'
  ).split(' '),
);
/** German puts these at the end, too: Grundpreis, Rechnungsbetrag. */
const AMOUNT_ENDINGS =
  /(?:saldo|stand|betrag|preis|preise|kosten|gebühr|gebühren|menge|anzahl|größe|wert|satz|stunden)$/;

const CHINESE_AND_JAPANESE =
  /(?<!信)[号號]|编码|編碼|代码|代碼|条码|條碼|电话|電話|手机|手機|传真|傳真|邮编|郵編|邮政|郵遞|番号|番地|コード|品番|账户|帳戶|银行卡|銀行卡|联系方式/;
const CHINESE_AMOUNTS =
  /数量|數量|金额|金額|总额|總額|余额|餘額|[价價费費率]|强度|強度|重量|长度|長度|面积|面積|[次个個人]数/;
/** What is behind the words of amounts: `价格编号` is the number of a price. */
const CHINESE_NUMBERING = /(?:(?<!信)[号號]|编码|編碼|代码|代碼|条码|條碼|コード|品番)[\s:]*$/;
/** No name of a column is longer. */
const MAX_LENGTH = 60;

/** Whether a heading says that what stands below is no number, though it has digits only: `No.`, `Konto-Nr.`, `编号`. */
export function namedIdentifiers(heading: string): IdentifierKind | null {
  return namedSurely(heading) ?? (isNumberWord(heading) ? 'numbering' : null);
}

/** The same without words that may mean something else in a cell, as `No` does. */
export function namedSurely(heading: string): IdentifierKind | null {
  if (heading.length > MAX_LENGTH) return null;
  const plain = halfWidth(heading);
  if (CHINESE_AND_JAPANESE.test(plain)) return chineseKind(plain);
  const words = wordsOf(plain);
  const last = words.at(-1) ?? '';
  if (isCode(last) || /\p{L} ?# ?:?$/u.test(plain)) return 'numbering';
  if (last === 'charge') return isGermanLot(words) ? 'identifier' : null;
  if (!NUMBER_WORDS.has(last) && words.some((word) => AMOUNTS.has(word) || AMOUNT_ENDINGS.test(word))) return null;
  if (words.some(isCode)) return 'numbering';
  if (!words.some((word) => WORDS.has(word))) return null;
  return NUMBER_WORDS.has(last) ? 'numbering' : 'identifier';
}

function chineseKind(heading: string): IdentifierKind | null {
  const withoutUnit = heading.replace(/\([^()]*\)/g, '');
  if (CHINESE_NUMBERING.test(withoutUnit)) return 'numbering';
  return CHINESE_AMOUNTS.test(heading) ? null : /[号號码碼]|コード|品番/.test(heading) ? 'numbering' : 'identifier';
}

/** `Charge` and `Lot / Charge` name a batch, `Service charge` does not. */
function isGermanLot(words: readonly string[]): boolean {
  return words.length === 1 || words.includes('lot') || words.includes('batch');
}

function isCode(word: string): boolean {
  return CODE_WORDS.has(word) || (word.length > 2 && ENDINGS.test(word));
}

function isNumberWord(heading: string): boolean {
  if (heading.length > MAX_LENGTH) return false;
  const plain = halfWidth(heading);
  if (/^\s*#\s*$/.test(plain)) return true;
  const words = wordsOf(plain);
  return words.some((word) => NUMBER_WORDS.has(word)) && !words.some((word) => COUNTING.has(word));
}

function wordsOf(heading: string): string[] {
  return heading
    .toLowerCase()
    .split(/[^\p{L}\p{M}°º№]+/u)
    .filter((word) => word !== '');
}
