import { expect, test } from '@jest/globals';
import { missingStrings } from '../src/missing-strings.ts';

test('white space does not count, anything else does', () => {
  const text = 'Rechnung Nr. 20 26\n送货 单\tTotal: 1,234.50';
  expect(missingStrings(text, ['Rechnung Nr.2026', '送货单', 'Total:1,234.50'])).toEqual([]);
  expect(missingStrings(text, ['Total: 1.234,50', '送貨單'])).toEqual(['Total: 1.234,50', '送貨單']);
});
