/** What the service's JSON means. Liberal where the protocol says so; null when it is not what the protocol says. */
import * as z from 'zod';
import { cleanse } from '../cleanse.ts';
import type { JobStatus, OcrHealth } from '../client.ts';
import { firstText } from '../first-text.ts';

/** Fits a 32-bit column; a page count beyond it is nonsense. */
const count = z.int().nonnegative().max(2_147_483_647);
/** Some services count in milliseconds since 1970. */
const sequence = z.int().nonnegative();

const health = z.looseObject({
  ok: z.boolean(),
  queue_len: z.number().nullish().catch(null),
  worker_alive: z.boolean().nullish().catch(null),
});

/** It becomes a part of a path and of rows. */
const jobId = z
  .union([z.string(), z.int().transform(String)])
  .transform((id) => id.trim())
  .refine((id) => /^[^\p{Cc}\p{Cs}]{1,256}$/u.test(id) && id !== '.' && id !== '..');

const event = z.looseObject({ seq: sequence.nullish().catch(null), type: z.string() });
const polled = z.object({
  events: z.array(z.unknown()).nullish(),
  last_seq: sequence.nullish().catch(null),
  done: z.boolean().nullish(),
});

/** Of what else the service adds, so much is passed on: simple values, since others could not even be written as JSON. */
const MAX_EXTRAS = 20;

/** @param token redacted from whatever the service says. */
export function readHealth(json: unknown, token: string | null = null): OcrHealth | null {
  const body = health.safeParse(json).data;
  if (body === undefined) return null;
  const { ok, queue_len, worker_alive, ...more } = body;
  const extras = Object.entries(more)
    .filter(([, value]) => value === null || ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, MAX_EXTRAS)
    .map(([key, value]) => [cleanse(key, token), typeof value === 'string' ? cleanse(value, token) : value]);
  return {
    ...Object.fromEntries(extras),
    ok,
    ...(queue_len === undefined ? {} : { queue_len }),
    ...(worker_alive === undefined ? {} : { worker_alive }),
  };
}

export function readJobId(json: unknown): string | null {
  return z.object({ job_id: jobId }).safeParse(json).data?.job_id ?? null;
}

/**
 * Events may repeat, come out of order and be of unknown types; `done` may come with none.
 * @param token redacted from a failure's message.
 */
export function readPoll(json: unknown, sinceSeq: number, token: string | null): JobStatus | null {
  const body = polled.safeParse(json).data;
  if (body === undefined || (body.done == null && body.events == null)) return null;
  const events = (body.events ?? []).flatMap((one) => event.safeParse(one).data ?? []);
  events.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));

  const end = events.findLast(({ type }) => type === 'finished' || type === 'failed');
  const done = body.done === true || end !== undefined;
  const seen = body.last_seq ?? events.reduce((last, { seq }) => Math.max(last, seq ?? 0), 0);
  return {
    lastSeq: Math.max(sinceSeq, seen),
    done,
    progress: furthest(events),
    message: end?.type === 'failed' ? failureMessage(end, token) : null,
  };
}

const pages = z.object({ done_pages: count, total_pages: count.min(1) });

function furthest(events: readonly Record<string, unknown>[]): JobStatus['progress'] {
  let best: JobStatus['progress'] = null;
  for (const one of events) {
    const seen = pages.safeParse(one['payload']).data ?? pages.safeParse(one).data;
    if (seen === undefined || (best !== null && seen.done_pages < best.donePages)) continue;
    best = { donePages: Math.min(seen.done_pages, seen.total_pages), totalPages: seen.total_pages };
  }
  return best;
}

/** Services put the message in the payload, under one name or another, or into the event itself. */
function failureMessage(failed: Record<string, unknown>, token: string | null): string | null {
  const said = firstText(failed['payload']) ?? firstText(failed);
  return said === null ? null : cleanse(said, token);
}
