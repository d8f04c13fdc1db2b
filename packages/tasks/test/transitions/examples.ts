/** What the tests of the transitions have happen to tasks. */
import type { JobRef, NextStep } from '../../src/index.ts';

export const WAIT = {
  kind: 'wait',
  inMs: 30_000,
  code: 'ocr_unavailable',
  message: 'connection refused',
} as const satisfies NextStep;
export const RETRY = {
  kind: 'retry',
  inMs: 30_000,
  code: 'ocr_bad_response',
  message: 'no JSON',
} as const satisfies NextStep;
export const FAIL = { kind: 'fail', code: 'ocr_rejected', message: 'not an image' } as const satisfies NextStep;
export const LOOK_AGAIN = { kind: 'look_again', inMs: 2_100, message: 'no such job' } as const satisfies NextStep;
export const RESUBMIT = { kind: 'resubmit', inMs: 1_000, message: 'no such job' } as const satisfies NextStep;
export const READING = { raw: Buffer.from('{"pages":[]}'), pageCount: 2, plainText: 'Invoice' };
export const JOB = { jobId: 'ocr-2', endpoint: 'http://other.test' };

/** What a job points at, of whatever holds that. */
export function ref({ taskId, stage, generation, dispatch }: JobRef): JobRef {
  return { taskId, stage, generation, dispatch };
}
