import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { documentJsonSchema } from '../src/index.ts';
import { documentOf, tableBlock } from './support/derived.ts';

const FILE = new URL('../document.schema.json', import.meta.url);
const written = `${JSON.stringify(documentJsonSchema(), null, 2)}\n`;

/** `UPDATE_SCHEMA=1 npm test -- packages/document/test/json-schema.test.ts` writes the file anew. */
test('document.schema.json is the JSON Schema of the model (UPDATE_SCHEMA=1 writes it anew)', () => {
  if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(FILE, written);
  expect(readFileSync(FILE, 'utf8')).toBe(written);
});

test('a document is valid by it, and anything else is not', () => {
  const ajv = new Ajv2020();
  formats.default(ajv);
  const isValid = ajv.compile(documentJsonSchema());
  const document = documentOf(tableBlock('<table border=1><tr><td>2025-07-25<td>5 €<tr><td>x</table>'));
  expect([isValid(document), isValid.errors]).toEqual([true, null]);
  expect(isValid({ ...document, pages: [{}] })).toBe(false);
  expect(isValid(JSON.parse(JSON.stringify(document).replaceAll('"trbl"', '"lbrt"')))).toBe(false);
});
