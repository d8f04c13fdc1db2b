import type { JobPlan } from '../../support/ocr-server/index.ts';

/** The message of every OCR job that fails by fate. */
export const FATED_MESSAGE = 'the page is torn';

/**
 * What becomes of an image at the OCR service, the same however often it is read: how long it takes, whether its job fails,
 * how its events come. The hash is all the chance that is needed.
 */
export function fateOf(sha256: string): Partial<JobPlan> {
  const share = (at: number) => Number.parseInt(sha256.slice(at, at + 8), 16) / 2 ** 32;
  const isSlow = share(0) < 0.03;
  const durationMs = Math.round(isSlow ? 5_000 + 5_000 * share(8) : 2_500 * share(8) ** 2);
  const events = EVENTS[Math.floor(share(16) * EVENTS.length)] ?? 'plain';
  if (share(24) >= 0.05) return { durationMs, events, pages: share(32) < 0.1 ? 3 : 1 };
  return { durationMs, events: events === 'none' ? 'plain' : events, ends: 'failed', message: FATED_MESSAGE };
}

const EVENTS: ReadonlyArray<JobPlan['events']> = [
  'plain',
  'plain',
  'plain',
  'duplicated',
  'out_of_order',
  'unknown_types',
  'none',
];
