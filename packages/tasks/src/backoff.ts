/** How a stage tries again. Times in ms. */
export interface RetryPolicy {
  /** Tries before the task fails. */
  readonly attempts: number;
  /** First pause; doubles with each attempt. */
  readonly baseMs: number;
  /** Longest pause. */
  readonly capMs: number;
}

/**
 * Exponential backoff with full jitter: a service that comes back is not met by every waiting task at once.
 * @param attempt from 1.
 * @param random gives [0, 1).
 * @returns ms.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  // Beyond 2^30 the cap rules anyway, and 2^1024 would be Infinity.
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(Math.max(attempt - 1, 0), 30));
  return Math.round(ceiling * random());
}
