import type { Cell } from '@ocrelay/document';
import { printable } from '../text/printable.ts';
import { dateFormat, dateSerial } from './date-format.ts';
import { cutTo, MAX_CELL_LENGTH } from './limits.ts';
import { numberFormat } from './number-format.ts';

/** What a cell holds, by type: a text is a text whatever it looks like, and nothing is a formula. */
export type CellContent =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number; readonly format: string }
  | { readonly kind: 'boolean'; readonly boolean: boolean };

/** A cell of a document as a cell of a sheet. */
export function cellContent({ text, value }: Cell): CellContent {
  if (value?.type === 'boolean') return { kind: 'boolean', boolean: value.value };
  if (value?.type === 'date') {
    const number = dateSerial(value.value);
    return number === null ? textContent(text) : { kind: 'number', number, format: dateFormat(text, value.value) };
  }
  if (value !== undefined) return { kind: 'number', number: value.value, format: numberFormat(text, value) };
  return textContent(text);
}

export function textContent(text: string): CellContent {
  const cut = cutTo(printable(text), MAX_CELL_LENGTH);
  return cut === '' ? { kind: 'empty' } : { kind: 'text', text: cut };
}
