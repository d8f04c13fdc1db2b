import { expect, test } from '@jest/globals';
import { readArguments } from '../src/arguments.ts';

test('the command line names files, or asks for help', () => {
  expect(readArguments(['a.png', 'b.pdf'])).toEqual({ files: ['a.png', 'b.pdf'], help: false });
  expect(readArguments(['-h'])).toMatchObject({ help: true });
});

test('what the command line may not hold is named', () => {
  expect(() => readArguments(['--fast'])).toThrow("Unknown option '--fast'");
});
