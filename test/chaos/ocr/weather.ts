import type { ErrorCode } from '@ocrelay/contracts';
import type { FakeCall, Misbehaviour } from '../../support/ocr-server/index.ts';

/** A stretch of time in which a share of one call's answers is bad. */
export interface Weather {
  readonly name: string;
  readonly call: FakeCall;
  readonly does: Misbehaviour;
  /** 0 to 1. */
  readonly share: number;
  /** What a task may fail with when its attempts run out in it. */
  readonly explains: readonly ErrorCode[];
}

const status = (name: string, code: number, explains: readonly ErrorCode[], headers: Record<string, string> = {}) => ({
  name,
  does: { kind: 'status', status: code, headers } as const,
  explains,
});

const BAD_ANSWERS: ReadonlyArray<Pick<Weather, 'name' | 'does' | 'explains'>> = [
  status('500', 500, ['ocr_unavailable']),
  status('504', 504, ['ocr_timeout']),
  status('503', 503, []),
  status('429 with Retry-After', 429, [], { 'retry-after': '2' }),
  status('401', 401, []),
  { name: 'reset before', does: { kind: 'reset_before' }, explains: ['ocr_unavailable'] },
  { name: 'reset after', does: { kind: 'reset_after' }, explains: ['ocr_unavailable'] },
  { name: 'truncated', does: { kind: 'truncated' }, explains: ['ocr_unavailable', 'ocr_bad_response'] },
  { name: 'headers never come', does: { kind: 'hang', part: 'headers' }, explains: ['ocr_timeout'] },
  { name: 'body never ends', does: { kind: 'hang', part: 'body' }, explains: ['ocr_timeout'] },
  { name: 'no JSON', does: { kind: 'body', body: '<html>bad gateway</html>' }, explains: ['ocr_bad_response'] },
  { name: 'other JSON', does: { kind: 'body', body: '{"ok":true}' }, explains: ['ocr_bad_response'] },
  { name: 'late', does: { kind: 'delay', ms: 1_500 }, explains: [] },
];

/** What the weather can be. */
export const WEATHERS: ReadonlyArray<Omit<Weather, 'share'>> = (['submit', 'poll', 'result'] as const).flatMap((call) =>
  BAD_ANSWERS.map((bad) => ({ call, ...bad })),
);
