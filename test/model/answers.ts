/** What the OCR service may answer to each call, what that means, and how the test's server is told to answer so. */
import type { ErrorCode, Stage } from '@ocrelay/contracts';
import type { Misbehaviour } from '../support/ocr-server/index.ts';

/** What an answer means for a task. */
export type Meaning =
  /** The stage has what it needs. */
  | { readonly kind: 'good' }
  /** Not yet, and some progress; the next call has what it needs. */
  | { readonly kind: 'not_yet' }
  /** An event said that the job failed; the result decides. */
  | { readonly kind: 'told_failed' }
  /** The try counts. */
  | { readonly kind: 'retry'; readonly code: ErrorCode }
  /** Nothing counts. */
  | { readonly kind: 'wait'; readonly code: ErrorCode }
  | { readonly kind: 'give_up'; readonly code: ErrorCode }
  /** The service knows no such job, and is well. */
  | { readonly kind: 'lost' };

export interface Answer {
  readonly name: string;
  readonly means: Meaning;
  /** Null: as a well service does. `unreachable`: nobody listens. */
  readonly does: Misbehaviour | 'unreachable' | null;
  /** Calls that it hits. */
  readonly times?: number;
}

const status = (code: number): Misbehaviour => ({ kind: 'status', status: code });
const json = (value: unknown): Misbehaviour => ({ kind: 'body', body: JSON.stringify(value), status: 200 });

/** The same whatever was asked. */
const TROUBLES: readonly Answer[] = [
  { name: 'server error', does: status(500), means: { kind: 'retry', code: 'ocr_unavailable' } },
  { name: 'connection reset', does: { kind: 'reset_after' }, means: { kind: 'retry', code: 'ocr_unavailable' } },
  { name: 'gateway time-out', does: status(504), means: { kind: 'retry', code: 'ocr_timeout' } },
  {
    name: 'nonsense',
    does: { kind: 'body', body: 'moment please' },
    means: { kind: 'retry', code: 'ocr_bad_response' },
  },
  { name: 'overloaded', does: status(429), means: { kind: 'wait', code: 'ocr_unavailable' } },
  { name: 'unavailable', does: status(503), means: { kind: 'wait', code: 'ocr_unavailable' } },
  { name: 'token refused', does: status(401), means: { kind: 'wait', code: 'ocr_unauthorized' } },
  { name: 'connection refused', does: 'unreachable', means: { kind: 'wait', code: 'ocr_unavailable' } },
];
const GOOD: Answer = { name: 'good', does: null, means: { kind: 'good' } };
const LOST: Answer = { name: 'no such job', does: status(404), means: { kind: 'lost' } };

export const ANSWERS: Readonly<Record<Stage, readonly Answer[]>> = {
  split: [GOOD],
  submit: [
    GOOD,
    ...TROUBLES,
    { name: 'rejected', does: status(400), means: { kind: 'give_up', code: 'ocr_rejected' } },
  ],
  poll: [
    GOOD,
    ...TROUBLES,
    LOST,
    {
      name: 'not yet, then good',
      does: json({
        events: [{ seq: 2, type: 'running', payload: { done_pages: 0, total_pages: 1 } }],
        last_seq: 2,
        done: false,
      }),
      times: 1,
      means: { kind: 'not_yet' },
    },
    {
      name: 'told failed',
      does: json({ events: [{ seq: 3, type: 'failed', payload: { message: 'illegible' } }], last_seq: 3, done: true }),
      means: { kind: 'told_failed' },
    },
  ],
  store: [
    GOOD,
    ...TROUBLES,
    LOST,
    {
      name: 'a failed result',
      does: json({ job_id: 'x', final: { job_id: 'x', status: 'failed', error_message: 'illegible' }, pages: [] }),
      means: { kind: 'give_up', code: 'ocr_job_failed' },
    },
  ],
};

/** The server's name for the call of a stage. */
export const CALLS = { split: 'submit', submit: 'submit', poll: 'poll', store: 'result' } as const;
