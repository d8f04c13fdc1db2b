import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import {
  ERROR_CODES,
  errorCode,
  failure,
  IN_PROGRESS,
  isTerminal,
  jobData,
  jobId,
  STAGES,
  STATUSES,
  success,
  TERMINAL,
} from '../src/index.ts';

const DATA = { task_id: randomUUID(), stage: 'poll', generation: 2, dispatch: 5 };

describe('a job id', () => {
  test('is task, generation and dispatch', () => {
    expect(jobId(DATA)).toBe(`${DATA.task_id}.2.5`);
  });

  test('has no colon, which queues refuse, and is another for another step', () => {
    const steps = fc.record({ task_id: fc.uuid(), generation: fc.integer({ min: 1 }), dispatch: fc.nat() });
    fc.assert(
      fc.property(steps, steps, (one, other) => {
        expect(jobId(one)).not.toContain(':');
        expect(jobId(one) === jobId(other)).toBe(
          one.task_id === other.task_id && one.generation === other.generation && one.dispatch === other.dispatch,
        );
      }),
    );
  });
});

describe('job data', () => {
  test('is what names a step', () => {
    expect(jobData.parse(DATA)).toEqual(DATA);
  });

  test.each([
    ['no task', { task_id: 'x' }],
    ['no stage', { stage: 'paint' }],
    ['a generation before the first', { generation: 0 }],
    ['half a dispatch', { dispatch: 1.5 }],
  ])('is refused with %s', (_what, wrong) => {
    expect(jobData.safeParse({ ...DATA, ...wrong }).success).toBe(false);
  });
});

describe('an answer', () => {
  test('that succeeds has success, message and data', () => {
    const schema = success(z.object({ task_id: z.string() }));
    const body = { success: true, message: 'uploaded', data: { task_id: 'a' } };
    expect(schema.parse(body)).toEqual(body);
    expect(schema.safeParse({ ...body, success: false }).success).toBe(false);
    expect(schema.safeParse({ ...body, message: undefined }).success).toBe(false);
    expect(schema.safeParse({ ...body, data: null }).success).toBe(false);
  });

  test('that fails adds an error of the catalogue', () => {
    const body = {
      success: false,
      message: 'no such task',
      data: null,
      error: { code: 'task_not_found', details: null },
    };
    expect(failure.parse(body)).toEqual(body);
    expect(failure.safeParse({ ...body, success: true }).success).toBe(false);
    expect(failure.safeParse({ ...body, error: undefined }).success).toBe(false);
    expect(failure.safeParse({ ...body, error: { code: 'oops', details: null } }).success).toBe(false);
  });
});

describe('the closed sets', () => {
  test('split the statuses: not started, in progress, ended', () => {
    expect(['uploaded', ...IN_PROGRESS, ...TERMINAL].sort()).toEqual([...STATUSES].sort());
    expect(STATUSES.filter(isTerminal)).toEqual([...TERMINAL]);
  });

  test('list the stages in their order', () => {
    expect(STAGES).toEqual(['split', 'submit', 'poll', 'store']);
  });

  test('have error codes in snake_case, each once', () => {
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
    for (const code of ERROR_CODES) expect(errorCode.parse(code)).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });
});
