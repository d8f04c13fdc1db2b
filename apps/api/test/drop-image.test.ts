import { describe, expect, test } from '@jest/globals';
import { isCertainlyNotCommitted } from '../src/intake/drop-image.ts';

const failing = (code: string, message = 'no') => Object.assign(new Error(message), { code });
const wrapped = (cause: unknown) => new Error('query failed', { cause });

describe('an insert that failed was certainly not committed', () => {
  test.each([
    ['the database refused it', failing('23505')],
    ['the database stops', failing('57P01')],
    ['nobody listened', failing('ECONNREFUSED')],
    ['no connection came about', new Error('timeout exceeded when trying to connect')],
    ['no address took the connection', new AggregateError([failing('ECONNREFUSED'), failing('ENETUNREACH')])],
  ])('when %s', (_when, error) => {
    expect([isCertainlyNotCommitted(error), isCertainlyNotCommitted(wrapped(error))]).toEqual([true, true]);
  });

  test.each([
    ['the connection broke in the middle', new Error('Connection terminated unexpectedly')],
    ['the socket was reset', failing('ECONNRESET')],
    ['nobody reads the socket any more', failing('EPIPE')],
    ['no answer came in time', new Error('Query read timeout')],
    ['the server says that the connection is gone', failing('08006')],
  ])('but not when %s', (_when, error) => {
    expect([isCertainlyNotCommitted(error), isCertainlyNotCommitted(wrapped(error))]).toEqual([false, false]);
  });
});
