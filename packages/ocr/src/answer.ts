import type { OcrErrorCode } from '@ocrelay/contracts';

/**
 * What a fault asks of the task:
 *
 * - `retry`: try again, and count it as an attempt
 * - `wait`: try again later without counting; the service is down, overloaded or refuses our token, the image is fine
 * - `give_up`: no later try can end otherwise
 * - `lost`: the service says that it does not know the job
 */
export type Reaction = 'retry' | 'wait' | 'give_up' | 'lost';

/**
 * What is wrong with an endpoint as a whole, whatever the image:
 *
 * - `unreachable`: no connection comes about, or its health check has no route
 * - `unauthorized`: it refuses our token
 * - `overloaded`: it asks us to come back later
 * - `refused`: it forbids the call or knows no such route; most likely for all images, and yet it may be for this one
 */
export type EndpointTrouble = 'unreachable' | 'unauthorized' | 'overloaded' | 'refused';

/** What went wrong, classified once, where the answer was read. The message is cleansed: one line, ≤ 1,000 characters. */
export interface OcrFault {
  readonly reaction: Reaction;
  readonly code: OcrErrorCode;
  readonly message: string;
  /** How long the service asks us to stay away, ms; at most 10 min. */
  readonly retryAfterMs?: number;
  /** Unset where the image or the job may be to blame. */
  readonly trouble?: EndpointTrouble;
  /** Where it happened. */
  readonly endpoint?: string;
}

/** What the service or the network did is a value; what is our own doing (an abort, a broken file) is thrown. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: OcrFault };

export function answered<T>(value: T): Answer<T> {
  return { ok: true, value };
}

export function faulted(fault: OcrFault): Answer<never> {
  return { ok: false, fault };
}
