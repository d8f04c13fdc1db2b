import { within } from '@ocrelay/lifecycle';
import type { ApiMetrics, InstallationState } from '@ocrelay/telemetry';

/** A look is fresh for so long, ms, and longer when it was dear, so that looking takes a fiftieth of the time; */
const FRESH_MS = 5_000;
const SHARE = 50;
/** but never so long that an alert would come late, ms. */
const FRESH_AT_MOST_MS = 30_000;
/** What a scrape waits for a look, ms: less than the 10 s after which Prometheus gives it up. */
const WAIT_MS = 5_000;

/**
 * Shows the installation as it was some seconds ago at most, at the cost of one look for however many scrape. Where it cannot
 * be looked at in time, says so instead of showing what was: an alert on old numbers is none.
 * @param now on a clock that never goes back, ms.
 */
export function createInstallationWatch(
  look: () => Promise<InstallationState>,
  metrics: Pick<ApiMetrics, 'show'>,
  now: () => number = () => performance.now(),
): () => Promise<void> {
  let freshUntilMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | null = null;
  const lookNow = async () => {
    const begunMs = now();
    const state = await look().catch(() => null);
    metrics.show(state);
    if (state !== null)
      freshUntilMs = now() + Math.min(Math.max(FRESH_MS, SHARE * (now() - begunMs)), FRESH_AT_MOST_MS);
  };
  return async () => {
    if (now() < freshUntilMs) return;
    looking ??= lookNow().finally(() => {
      looking = null;
    });
    const isSeen = await within(
      WAIT_MS,
      looking.then(() => true),
    ).catch(() => false);
    if (isSeen !== true) metrics.show(null);
  };
}
