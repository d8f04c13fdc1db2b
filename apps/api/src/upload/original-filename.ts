const MAX_LENGTH = 255;
/** Control characters, lone surrogates, and the marks that make text run backwards. */
const UNWANTED = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The name a user's file had, fit to be stored and shown: without folders or what Postgres and terminals choke on; null if nothing is left. */
export function originalFilename(sent: string): string | null {
  const base = sent.slice(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1);
  const clean = base
    .replace(UNWANTED, '')
    .trim()
    .slice(0, MAX_LENGTH)
    .replace(/\p{Cs}/gu, ''); // the cut may halve a pair
  return clean === '' || clean === '.' || clean === '..' ? null : clean;
}
