import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'dotenv';
import { loadStackConfig } from '../src/index.ts';
import { variables } from '../src/variables.ts';

const listed = parse(readFileSync(new URL('../../../.env.example', import.meta.url)));
/** What a variable is when it is not set, as it would be written. */
const defaults = Object.fromEntries(
  Object.entries(variables.shape).map(([name, type]) => [
    name,
    type.def.type === 'prefault' ? String(type.def.defaultValue) : '',
  ]),
);

describe('.env.example', () => {
  test('lists every variable with its default, and nothing else', () => {
    expect(listed).toEqual(defaults);
  });

  test('can be used as it is', () => {
    expect(loadStackConfig(listed)).toEqual(loadStackConfig({}));
  });
});
