/** No service is believed to need longer than this, ms. */
const CAP_MS = 600_000;

/**
 * `Retry-After` (RFC 9110, 10.2.3) in seconds or as an HTTP date → ms from `nowMs` on, at most 10 min.
 * @returns undefined when the header is absent or means nothing.
 */
export function retryAfterMs(header: string | readonly string[] | undefined, nowMs: number): number | undefined {
  const value = (typeof header === 'string' ? header : header?.[0])?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Math.round(Number(value) * 1_000), CAP_MS);
  if (!/[a-z]/i.test(value)) return undefined; // Date.parse takes "-5" for a year
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - nowMs, 0), CAP_MS);
}
