import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exportFilename } from '../src/index.ts';

const at = new Date('2026-11-23T09:15:59.999Z');

test.each([
  ['invoice.pdf', 'invoice_20261123-0915.xlsx'],
  ['送货单 7月.jpeg', '送货单 7月_20261123-0915.xlsx'],
  ['archive.tar.gz', 'archive.tar_20261123-0915.xlsx'],
  ['../../etc/passwd', 'passwd_20261123-0915.xlsx'],
  ['C:\\scans\\a.png', 'a_20261123-0915.xlsx'],
  ['.htaccess', 'htaccess_20261123-0915.xlsx'],
  ['a"b;c\r\nd.png', 'a_b_c_d_20261123-0915.xlsx'],
  ['evil\u202egnp.exe', 'evil_gnp_20261123-0915.xlsx'],
  ['CON.png', 'document_20261123-0915.xlsx'],
  ['', 'document_20261123-0915.xlsx'],
  ['....', 'document_20261123-0915.xlsx'],
])('%j is exported as %j', (original, exported) => {
  expect(exportFilename(original, at, 'xlsx')).toBe(exported);
});

test('of several documents the name is that of the first, and says how many more there are', () => {
  expect(exportFilename('invoice.pdf', at, 'xlsx', 2)).toBe('invoice_and_2_more_20261123-0915.xlsx');
  expect(Buffer.byteLength(exportFilename('长'.repeat(200), at, 'xlsx', 99))).toBeLessThanOrEqual(255);
});

test('the time is that of UTC, wherever it is made', () => {
  expect(exportFilename('a.png', new Date('2026-01-02T03:04:00+05:00'), 'md')).toBe('a_20260101-2204.md');
});

test('any name becomes one that every file system takes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 300 })), (original) => {
      const name = exportFilename(original, at, 'xlsx');
      expect(name).toMatch(/^[\p{L}\p{M}\p{N}()][\p{L}\p{M}\p{N}._ ()-]*_20261123-0915\.xlsx$/u);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    }),
  );
});
