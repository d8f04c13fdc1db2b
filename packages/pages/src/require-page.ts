import { PageUnreadable } from './errors.ts';

/** @throws PageUnreadable for a page that the document does not have. */
export function requirePage(page: number, count: number): void {
  if (Number.isInteger(page) && page >= 1 && page <= count) return;
  throw new PageUnreadable(`There is no page ${page}; the document has ${count}.`);
}
