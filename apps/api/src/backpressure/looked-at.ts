import { within } from '@ocrelay/lifecycle';

/** An answer is fresh for as long, ms, and longer when it was dear: looking takes at most a fiftieth of the time. */
const FRESH_MS = 1_000;
const SHARE = 50;
/** An answer this many times older than it is fresh tells nothing any more. */
const STALE_TIMES = 10;
/** What whoever needs a new answer waits for it, ms. */
const WAIT_MS = 1_000;

/**
 * The answer of the last look, for however many ask. When it is no longer fresh, one new look begins, and nobody waits
 * for it; only when nobody has asked for long is it waited for, a while.
 * @returns null when it is not known: the look failed, or takes long.
 */
export function lookedAt<T>(
  look: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T | null> {
  let last: { readonly answer: T | null; readonly atMs: number; readonly freshMs: number } | null = null;
  let looking: Promise<T | null> | null = null;
  const lookAgain = (): Promise<T | null> => {
    const begunMs = now();
    looking ??= look()
      .catch(() => null)
      .then((answer) => {
        const atMs = now();
        last = { answer, atMs, freshMs: Math.max(FRESH_MS, SHARE * (atMs - begunMs)) };
        looking = null;
        return answer;
      });
    return looking;
  };
  return async () => {
    const ageMs = last === null ? Number.POSITIVE_INFINITY : now() - last.atMs;
    if (last !== null && ageMs < last.freshMs) return last.answer;
    const next = lookAgain();
    if (last !== null && ageMs < STALE_TIMES * last.freshMs) return last.answer;
    return (await within(WAIT_MS, next)) ?? null;
  };
}
