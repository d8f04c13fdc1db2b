/** What the server can be told to do wrong. */
import type { JobPlan } from './job-plan.ts';
import type { FakeJob } from './stats.ts';

export type FakeCall = 'health' | 'submit' | 'poll' | 'result' | 'cancel';

/** What a call sees of what it is about. `null` where the call has none. */
export interface Subject {
  readonly call: FakeCall;
  readonly job: FakeJob | null;
  /** Of a submit; read from the body only when a fault or a job plan asks. */
  readonly filename: string | null;
  readonly sha256: string | null;
}

/** What `health` says when the server is to take cancels as well; one that does not say so has no such route. */
export const OFFERS_CANCEL = {
  ok: true,
  queue_len: 0,
  worker_alive: true,
  extensions: { cancel_job: 'DELETE /jobs/{job_id}' },
};

/** One thing that goes wrong. */
export type Misbehaviour =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer;
    }
  /** The connection is cut before anything was done. */
  | { readonly kind: 'reset_before' }
  /** The work is done (a submit makes a job, and it is read), and the answer lost. */
  | { readonly kind: 'reset_after' }
  /** The answer begins and breaks off. */
  | { readonly kind: 'truncated' }
  /** The work is done; headers never come, or come and the body never ends. Until the client leaves. */
  | { readonly kind: 'hang'; readonly part: 'headers' | 'body' }
  /** The work is done, and the answer is this instead. */
  | { readonly kind: 'body'; readonly body: string | Buffer; readonly status?: number }
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** The work is done; then these bytes instead of any HTTP of ours, the last of them again and again until the client leaves. */
  | {
      readonly kind: 'raw';
      readonly bytes: readonly (string | Buffer)[];
      readonly ending: 'ends' | 'holds' | 'repeats';
    }
  /** The answer comes byte by byte. */
  | { readonly kind: 'trickle'; readonly everyMs: number }
  /** The work is done, and answered when a test says so. */
  | { readonly kind: 'hold'; readonly until: Promise<void> }
  /** Nothing is wrong, it only takes time. */
  | { readonly kind: 'delay'; readonly ms: number };

export interface Fault {
  readonly call: FakeCall;
  readonly does: Misbehaviour;
  /** How many calls it hits; without it, every one. */
  readonly times?: number;
  readonly when?: (subject: Subject) => boolean;
}

export interface Plan {
  /** Looked at in turn; the first that fits, and is not used up, happens. */
  readonly faults: readonly Fault[];
  /** How jobs go that are submitted from now on. */
  readonly job: Partial<JobPlan> | ((submit: Subject) => Partial<JobPlan>);
  /** When set, a call with another bearer token is a 401. */
  readonly token: string | null;
  /** 200 on other deployments. */
  readonly submitStatus: number;
  /** Other than what every well server says. */
  readonly health: Readonly<Record<string, unknown>>;
}

export const NO_PLAN: Plan = {
  faults: [],
  job: {},
  token: null,
  submitStatus: 201,
  health: { ok: true, queue_len: 0, worker_alive: true },
};
