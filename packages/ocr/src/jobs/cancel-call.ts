/**
 * The one call beyond the protocol. It is sent only where the service itself has said, in its `/health`, that it offers it:
 *
 *   {"ok": true, …, "extensions": {"cancel_job": "DELETE /jobs/{job_id}"}}
 *
 * What it says is believed for a minute: behind the same URL may be another service by then.
 */
import * as z from 'zod';
import type { Answer } from '../answer.ts';

/** How the call is offered, and what it is. Another way of cancelling would be another value here. */
const OFFER = 'DELETE /jobs/{job_id}';
const BELIEVED_MS = 60_000;

const offering = z.object({ extensions: z.object({ cancel_job: z.literal(OFFER) }) });

/** Whether a service's `/health` offers the call. */
export function isCancelOffered(health: unknown): boolean {
  return offering.safeParse(health).success;
}

export function cancelPath(jobId: string): string {
  return `/jobs/${encodeURIComponent(jobId)}`;
}

/** Asks, at most once a minute and endpoint, whether jobs can be cancelled there. An answer that did not come is asked for anew. */
export function createCancelOffers<Endpoint extends object>(
  ask: (endpoint: Endpoint, signal: AbortSignal) => Promise<Answer<boolean>>,
): (endpoint: Endpoint, signal: AbortSignal) => Promise<Answer<boolean>> {
  const known = new WeakMap<Endpoint, { readonly isOffered: boolean; readonly untilMs: number }>();
  return async (endpoint, signal) => {
    const told = known.get(endpoint);
    if (told !== undefined && performance.now() < told.untilMs) return { ok: true, value: told.isOffered };
    const answer = await ask(endpoint, signal);
    if (answer.ok) known.set(endpoint, { isOffered: answer.value, untilMs: performance.now() + BELIEVED_MS });
    return answer;
  };
}
