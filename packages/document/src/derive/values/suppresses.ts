import type { Amount } from './amount.ts';
import type { IdentifierKind } from './identifier-label.ts';

/**
 * Whether a label that names identifiers says of a number that it is one. Never of money and percentages; nor of `12.50`
 * below `Account`, though of `1.10` below `No.`, where only `1,234.50` is clearly an amount.
 */
export function suppresses(kind: IdentifierKind, { type, numeral, written }: Amount): boolean {
  if (type !== 'number') return false;
  const { point, comma } = numeral;
  const isOpen = point !== null && comma !== null && point.places !== comma.places;
  const places = isOpen ? 0 : (point ?? comma)?.places;
  if (places !== 1 && places !== 2) return true;
  return kind === 'numbering' && !/\d[., ']\d+[.,]/.test(written);
}
