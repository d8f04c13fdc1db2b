import { halfWidth } from './half-width.ts';

/** Words that name numbers nobody calculates with, wherever they stand. */
const WORDS = new Set(
  (
    'id ids code codes zip zipcode plz postcode postleitzahl postal phone telephone telefon tel tél téléphone teléfono ' +
    'telefono fax mobile mobil handy cell account acct konto compte cuenta conto iban bic swift sku ean isbn upc gtin ' +
    'barcode serial batch lot charge ref reference referenz kennung cap código codice vat ssn passport contact'
  ).split(' '),
);
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
const CHINESE_AND_JAPANESE =
  /[号號]|编码|編碼|代码|代碼|条码|條碼|电话|電話|手机|手機|传真|傳真|邮编|郵編|邮政|郵遞|番号|番地|コード|品番|账户|帳戶|联系方式/;
/** No name of a column is longer. */
const MAX_LENGTH = 60;

/** Whether a heading says that what stands below is no number, though it has digits only: `No.`, `Konto-Nr.`, `编号`. */
export function namesIdentifiers(heading: string): boolean {
  return namesSurely(heading) || isNumberWord(heading);
}

/** The same without words that may mean something else in a cell, as `No` does. */
export function namesSurely(heading: string): boolean {
  if (heading.length > MAX_LENGTH) return false;
  if (CHINESE_AND_JAPANESE.test(heading)) return true;
  const words = wordsOf(heading);
  return words.some((word) => WORDS.has(word) || (word.length > 2 && ENDINGS.test(word)));
}

function isNumberWord(heading: string): boolean {
  if (heading.length > MAX_LENGTH) return false;
  if (/^\s*#\s*$/.test(halfWidth(heading))) return true;
  const words = wordsOf(heading);
  return words.some((word) => NUMBER_WORDS.has(word)) && !words.some((word) => COUNTING.has(word));
}

function wordsOf(heading: string): string[] {
  return halfWidth(heading)
    .toLowerCase()
    .split(/[^\p{L}\p{M}°º№]+/u)
    .filter((word) => word !== '');
}
