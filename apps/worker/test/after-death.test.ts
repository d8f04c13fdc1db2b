import { describe, expect, test } from '@jest/globals';
import { afterDeath, type Death } from '../src/reading/after-death.ts';

const death = (more: Partial<Death>): Death => ({
  code: null,
  signal: null,
  hasBegun: true,
  ranOutOfMemory: false,
  ...more,
});

describe('a process that read one result alone', () => {
  test.each<[string, Partial<Death>]>([
    ['SIGABRT', { signal: 'SIGABRT' }],
    ['SIGSEGV', { signal: 'SIGSEGV' }],
    ['SIGBUS', { signal: 'SIGBUS' }],
    ['SIGILL', { signal: 'SIGILL' }],
    ['exit code 134', { code: 134 }],
    ['exit code 1', { code: 1 }],
    ['exit code 0', { code: 0 }],
    ['SIGSEGV', { signal: 'SIGSEGV', ranOutOfMemory: true }],
  ])('and crashed ends its task, and says how: %s', (how, more) => {
    const fault = afterDeath(death(more), 'result');
    expect(fault).toMatchObject({ reaction: 'give_up', code: 'worker_crashed' });
    expect(fault.message).toContain(how);
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)(
    'and was killed by %s from outside says nothing about the result',
    (signal) => {
      expect(afterDeath(death({ signal }), 'result')).toMatchObject({ reaction: 'wait', code: 'worker_crashed' });
    },
  );

  test('and was killed while the system ran out of memory has used up a try', () => {
    const fault = afterDeath(death({ signal: 'SIGKILL', ranOutOfMemory: true }), 'result');
    expect(fault).toMatchObject({ reaction: 'retry', code: 'worker_crashed' });
    expect(afterDeath(death({ signal: 'SIGTERM', ranOutOfMemory: true }), 'result').reaction).toBe('wait');
  });

  test.each<[string, Partial<Death>]>([
    ['could not be started', {}],
    ['lacked its program', { code: 1 }],
    ['crashed', { signal: 'SIGSEGV' }],
    ['was killed for memory', { signal: 'SIGKILL', ranOutOfMemory: true }],
  ])('and %s before it had begun says nothing about the result', (_what, more) => {
    expect(afterDeath(death({ ...more, hasBegun: false }), 'result').reaction).toBe('wait');
  });
});
