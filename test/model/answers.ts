/** What may come of each stage's effect, most often an answer of the OCR service; what that means, and how it is brought about. */
import type { ErrorCode, Stage } from '@ocrelay/contracts';
import type { PageFault } from '../support/in-process/page-pictures.ts';
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
  /** Null: all is well, with the service and with what is no service's. `unreachable`: nobody listens. */
  readonly does:
    | Misbehaviour
    | 'unreachable'
    | { readonly kind: 'page'; readonly is: PageFault }
    | { readonly kind: 'store refuses' }
    | null;
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
  // Of pages; a document becomes its pages, whatever is wrong with them.
  split: [
    GOOD,
    {
      name: 'too large',
      does: { kind: 'page', is: 'too_large' },
      means: { kind: 'give_up', code: 'image_too_many_pixels' },
    },
    { name: 'unreadable', does: { kind: 'page', is: 'unreadable' }, means: { kind: 'give_up', code: 'image_corrupt' } },
    { name: 'the thread dies', does: { kind: 'page', is: 'broken' }, means: { kind: 'retry', code: 'internal_error' } },
    {
      name: 'the store refuses',
      does: { kind: 'store refuses' },
      means: { kind: 'wait', code: 'storage_unavailable' },
    },
  ],
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

/** The server's name for the call of a stage; to split, nothing is asked of it. */
export const CALLS = { split: 'health', submit: 'submit', poll: 'poll', store: 'result' } as const;
