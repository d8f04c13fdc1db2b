import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterFault, type Fault, type FaultPolicy, LOST_AFTER_MS, type Standing } from '../src/index.ts';

const POLICY: FaultPolicy = { attempts: 3, baseMs: 1_000, capMs: 60_000, maxResubmits: 2 };
const NOW = new Date('2026-03-01T12:00:00Z');
const longest = () => 1;
const shortest = () => 0;

const down: Fault = { reaction: 'wait', code: 'ocr_unavailable', message: 'connection refused' };
const broken: Fault = { reaction: 'retry', code: 'ocr_bad_response', message: 'no JSON' };
const refused: Fault = { reaction: 'give_up', code: 'ocr_rejected', message: 'not an image' };
const unknown: Fault = { reaction: 'lost', code: 'ocr_job_lost', message: 'no such job' };

function standing(overrides: Partial<Standing> = {}): Standing {
  return {
    stage: 'poll',
    now: NOW,
    deadlineAt: inMs(3_600_000),
    attempt: 1,
    waits: 0,
    resubmits: 0,
    missingSince: null,
    ...overrides,
  };
}

function inMs(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

describe('when a try fails', () => {
  test('the next one comes after the backoff of this attempt', () => {
    expect(afterFault(broken, standing({ attempt: 2 }), POLICY, longest)).toEqual({
      kind: 'retry',
      inMs: 2_000,
      code: 'ocr_bad_response',
      message: 'no JSON',
    });
  });

  test('the attempt before the last is followed by another, the last is not', () => {
    expect(afterFault(broken, standing({ attempt: 2 }), POLICY, longest).kind).toBe('retry');
    expect(afterFault(broken, standing({ attempt: 3 }), POLICY, longest)).toEqual({
      kind: 'fail',
      code: 'ocr_bad_response',
      message: 'no JSON',
    });
  });

  test('what the service asks for is the least pause, and a longer backoff is kept', () => {
    const asked = { ...broken, retryAfterMs: 1_500 };
    expect(afterFault(asked, standing({ attempt: 1 }), POLICY, longest)).toMatchObject({ inMs: 1_500 });
    expect(afterFault(asked, standing({ attempt: 2 }), POLICY, longest)).toMatchObject({ inMs: 2_000 });
  });
});

describe('when the OCR service is down', () => {
  test('the task waits, however many attempts it has used', () => {
    expect(afterFault(down, standing({ attempt: 99, waits: 7 }), POLICY, longest)).toEqual({
      kind: 'wait',
      inMs: 60_000,
      code: 'ocr_unavailable',
      message: 'connection refused',
    });
  });

  test('the waits get longer by their own count', () => {
    expect(afterFault(down, standing({ attempt: 3, waits: 0 }), POLICY, longest)).toMatchObject({ inMs: 1_000 });
    expect(afterFault(down, standing({ attempt: 3, waits: 1 }), POLICY, longest)).toMatchObject({ inMs: 2_000 });
  });

  test('the jitter comes on top of what the service asks for', () => {
    const asked = { ...down, retryAfterMs: 30_000 };
    expect(afterFault(asked, standing(), POLICY, shortest)).toMatchObject({ kind: 'wait', inMs: 30_000 });
    expect(afterFault(asked, standing(), POLICY, longest)).toMatchObject({ kind: 'wait', inMs: 31_000 });
  });
});

describe('when an endpoint of the service is in trouble', () => {
  const unreachable: Fault = { ...down, trouble: 'unreachable' };
  const gone: Fault = { ...down, reaction: 'elsewhere' };

  test.each(['unreachable', 'unauthorized', 'overloaded'] as const)(
    'a task that is to be submitted is parked, without a time: %s',
    (trouble) => {
      expect(afterFault({ ...down, trouble }, standing({ stage: 'submit' }), POLICY, longest)).toEqual({
        kind: 'park',
        code: 'ocr_unavailable',
        message: 'connection refused',
      });
    },
  );

  test('a task that was told when to come back comes back then', () => {
    const told: Fault = { ...down, trouble: 'overloaded', retryAfterMs: 30_000 };
    expect(afterFault(told, standing({ stage: 'submit' }), POLICY, shortest)).toMatchObject({
      kind: 'wait',
      inMs: 30_000,
    });
  });

  test('it stays known that the service may have the image', () => {
    const lost: Fault = { ...down, trouble: 'unreachable', mayBeDone: true };
    expect(afterFault(lost, standing({ stage: 'submit' }), POLICY, longest)).toMatchObject({ mayBeDone: true });
  });

  test('trouble that is not an endpoint’s is waited for by the task itself', () => {
    expect(afterFault(down, standing({ stage: 'submit' }), POLICY, longest).kind).toBe('wait');
  });

  test.each(['poll', 'store'] as const)('a task whose job it has waits for it: %s', (stage) => {
    expect(afterFault(unreachable, standing({ stage }), POLICY, longest).kind).toBe('wait');
  });

  test('one whose endpoint is gone for good is submitted again at once', () => {
    expect(afterFault(gone, standing(), POLICY, longest)).toEqual({
      kind: 'resubmit',
      inMs: 0,
      message: 'connection refused',
    });
  });

  test('and waits on when it was submitted too often', () => {
    expect(afterFault(gone, standing({ resubmits: POLICY.maxResubmits }), POLICY, longest).kind).toBe('wait');
  });
});

describe('at the deadline', () => {
  test.each([down, broken, unknown])('a task ends, with the cause in the message: $reaction', (fault) => {
    expect(afterFault(fault, standing({ deadlineAt: NOW }), POLICY, longest)).toEqual({
      kind: 'fail',
      code: 'deadline_exceeded',
      message: expect.stringContaining(fault.message),
    });
  });

  test.each([down, broken, unknown])('a millisecond earlier it goes on: $reaction', (fault) => {
    expect(afterFault(fault, standing({ deadlineAt: inMs(1) }), POLICY, longest).kind).not.toBe('fail');
  });

  test('what was refused is said to be refused', () => {
    expect(afterFault(refused, standing({ deadlineAt: NOW }), POLICY, longest)).toMatchObject({ code: 'ocr_rejected' });
  });
});

describe('when the service does not know the job', () => {
  const missingFor = (ms: number, resubmits = 0) => standing({ missingSince: inMs(-ms), resubmits });

  test('the first answer is not believed', () => {
    expect(afterFault(unknown, standing(), POLICY, longest)).toEqual({
      kind: 'look_again',
      inMs: LOST_AFTER_MS + 100,
      message: 'no such job',
    });
  });

  test('a second one is believed from two seconds on', () => {
    expect(afterFault(unknown, missingFor(LOST_AFTER_MS - 1), POLICY, longest)).toMatchObject({
      kind: 'look_again',
      inMs: 101,
    });
    expect(afterFault(unknown, missingFor(LOST_AFTER_MS), POLICY, longest)).toEqual({
      kind: 'resubmit',
      inMs: 1_000,
      message: 'no such job',
    });
  });

  test('a clock that was set back does not put the second look off', () => {
    expect(afterFault(unknown, missingFor(-3_600_000), POLICY, longest)).toMatchObject({
      kind: 'look_again',
      inMs: LOST_AFTER_MS + 100,
    });
  });

  test('the last resubmission is allowed, one more is not', () => {
    expect(afterFault(unknown, missingFor(5_000, 1), POLICY, longest)).toMatchObject({ kind: 'resubmit', inMs: 2_000 });
    expect(afterFault(unknown, missingFor(5_000, 2), POLICY, longest)).toEqual({
      kind: 'fail',
      code: 'ocr_job_lost',
      message: 'no such job',
    });
  });
});

describe('whatever the standing', () => {
  const anyStanding = fc
    .record({
      stage: fc.constantFrom<Standing['stage']>('submit', 'poll', 'store'),
      left: fc.integer({ min: -100_000, max: 100_000 }),
      attempt: fc.integer({ min: 1, max: 200 }),
      waits: fc.integer({ min: 0, max: 100_000 }),
      resubmits: fc.integer({ min: 0, max: 20 }),
      missing: fc.option(fc.integer({ min: -100_000, max: 100_000 })),
    })
    .map(({ stage, left, attempt, waits, resubmits, missing }) =>
      standing({
        stage,
        deadlineAt: inMs(left),
        attempt,
        waits,
        resubmits,
        missingSince: missing === null ? null : inMs(missing),
      }),
    );
  const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  const anyFault = fc.constantFrom(down, broken, refused, unknown);

  test('giving up fails the task at once, with its own code', () => {
    fc.assert(
      fc.property(anyStanding, chance, (task, random) => {
        expect(afterFault(refused, task, POLICY, () => random)).toEqual({
          kind: 'fail',
          code: refused.code,
          message: refused.message,
        });
      }),
    );
  });

  test('attempts never decide about a wait', () => {
    fc.assert(
      fc.property(anyStanding, fc.integer({ min: 1, max: 1_000 }), chance, (task, attempt, random) => {
        const other = { ...task, attempt };
        expect(afterFault(down, other, POLICY, () => random)).toEqual(afterFault(down, task, POLICY, () => random));
      }),
    );
  });

  test('waits never decide about anything but waits', () => {
    fc.assert(
      fc.property(
        anyStanding,
        fc.nat(1_000),
        chance,
        fc.constantFrom(broken, refused, unknown),
        (task, waits, random, fault) => {
          const other = { ...task, waits };
          expect(afterFault(fault, other, POLICY, () => random)).toEqual(afterFault(fault, task, POLICY, () => random));
        },
      ),
    );
  });

  test('before the deadline a wait never fails the task', () => {
    fc.assert(
      fc.property(anyStanding, chance, (task, random) => {
        fc.pre(task.now < task.deadlineAt);
        expect(afterFault(down, task, POLICY, () => random).kind).toBe('wait');
      }),
    );
  });

  test('after the deadline nothing goes on', () => {
    fc.assert(
      fc.property(anyStanding, chance, anyFault, (task, random, fault) => {
        fc.pre(task.now >= task.deadlineAt);
        expect(afterFault(fault, task, POLICY, () => random).kind).toBe('fail');
      }),
    );
  });

  test('a pause is a number of ms from 0 to the cap', () => {
    fc.assert(
      fc.property(anyStanding, chance, anyFault, (task, random, fault) => {
        const step = afterFault(fault, task, POLICY, () => random);
        if (step.kind === 'fail' || step.kind === 'park') return;
        expect(step.inMs).toBeGreaterThanOrEqual(0);
        expect(step.inMs).toBeLessThanOrEqual(POLICY.capMs);
      }),
    );
  });
});
