/** Between two looks: soon at first, and then rarely enough not to take the processor from what is waited for. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

/** How long a test waits for what must come: generous, since it only costs time when the test fails anyway. */
export const PATIENCE_MS = 60_000;

/**
 * Waits until `look` gives a value that is not null, undefined or false, and gives it back.
 * @throws Error that says what was waited for and what was last seen.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  options: { readonly patienceMs?: number; readonly describe?: () => unknown } = {},
): Promise<T> {
  const until = Date.now() + (options.patienceMs ?? PATIENCE_MS);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(1.25 * pauseMs, LONGEST_PAUSE_MS)) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > until) {
      throw new Error(`waited in vain for: ${what}\n${JSON.stringify(options.describe?.() ?? null, null, 1)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
