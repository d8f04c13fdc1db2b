import { jobsPages } from './jobs-result.ts';
import type { RawPage } from './raw-page.ts';

/** Who can read which JSON: each answers null for what is not its own. A further adapter's JSON is one more line. */
const READERS: readonly ((raw: unknown) => RawPage[] | null)[] = [jobsPages];

/** The pages of any raw result, in their order; null where nobody can read it. */
export function readPages(raw: unknown): RawPage[] | null {
  for (const read of READERS) {
    const pages = read(raw);
    if (pages !== null) return pages;
  }
  return null;
}
