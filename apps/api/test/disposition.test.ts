import { expect, test } from '@jest/globals';
import { disposition } from '../src/routes/disposition.ts';

test.each([
  ['invoice.pdf', 'attachment; filename=invoice.pdf'],
  ['Löwe & Café.pdf', `attachment; filename="Lowe & Cafe.pdf"; filename*=UTF-8''L%C3%B6we%20%26%20Caf%C3%A9.pdf`],
  ['送货单.pdf', `attachment; filename=document.pdf; filename*=UTF-8''%E9%80%81%E8%B4%A7%E5%8D%95.pdf`],
])('%s has a name that every client can read', (filename, expected) => {
  expect(disposition('attachment', filename, 'document.pdf').replace(/"([\w.]+)"/, '$1')).toBe(expected);
});
