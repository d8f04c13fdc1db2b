import { type Attack, bytes, request } from '../request.ts';

const NOBODY = '404 task_not_found';
const MALFORMED = '400 malformed_json';
const start = (body: string | Uint8Array, ...headers: readonly string[]) =>
  request({
    path: '/api/v1/ocr/start/01a20b7c-0000-7000-8000-000000000000',
    headers: headers.length > 0 ? headers : ['Content-Type: application/json'],
    body,
  });
const nested = (open: string, close: string, deep: number) => open.repeat(deep) + close.repeat(deep);
const utf16 = Buffer.from('{"a":1}', 'utf16le');

/** Bodies of a route that reads JSON and needs none of it: what can be read goes on to the task that nobody has. */
export const jsonBodies: readonly Attack[] = [
  ['no body', start('', 'X: 1'), NOBODY],
  ['an empty body that says JSON', start(''), NOBODY],
  ['JSON of another type', start('{"a":1}'), NOBODY],
  ['a lone number', start('1'), NOBODY],
  ['arrays nested 40,000 deep', start(nested('[', ']', 40_000)), NOBODY],
  ['objects nested 15,000 deep', start(`${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}`), NOBODY],
  ['arrays that are never closed', start('['.repeat(90_000)), MALFORMED],
  ['__proto__', start('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'), NOBODY],
  ['a number that no number holds', start(`{"a":${'9'.repeat(90_000)}}`), NOBODY],
  ['NaN', start('{"a":NaN}'), MALFORMED],
  ['a NUL in a text', start('{"a":"\0"}'), MALFORMED],
  ['an escaped NUL', start('{"a":"\\u0000"}'), NOBODY],
  ['a lone surrogate', start('{"a":"\\ud800"}'), NOBODY],
  ['bytes that are not UTF-8', start(bytes('{"a":"', Buffer.from([0xff]), '"}')), NOBODY],
  ['a byte order mark', start('\uFEFF{"a":1}'), NOBODY],
  ['UTF-16 that says so', start(utf16, 'Content-Type: application/json; charset=utf-16le'), NOBODY],
  ['UTF-16 that does not say so', start(utf16), MALFORMED],
  ['an unknown charset', start('{}', 'Content-Type: application/json; charset=x-none'), '400 invalid_request'],
  [
    'an unknown encoding',
    start('{}', 'Content-Type: application/json', 'Content-Encoding: zstd2'),
    '400 invalid_request',
  ],
  ['gzip that is none', start('{}', 'Content-Type: application/json', 'Content-Encoding: gzip'), '400 invalid_request'],
  ['two values', start('{}{}'), MALFORMED],
  ['single quotes', start(`{'a':1}`), MALFORMED],
  ['a body of 200 kB', start(`"${'a'.repeat(200_000)}"`), '413 body_too_large'],
  ['a type of 8 kB', start('{}', `Content-Type: application/json; x="${'a'.repeat(8_000)}"`), NOBODY],
];
