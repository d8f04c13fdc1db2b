import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 40_000;

/** Resolves as soon as the condition holds. @throws Error when it does not come true at all */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + LIMIT_MS; !(await condition()); await pause(20)) {
    if (Date.now() > limit) throw new Error(`never came true: ${condition}`);
  }
}
