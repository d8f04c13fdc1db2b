const MAX_CHARACTERS = 1_000;

/**
 * What a service says, made fit to be stored and shown: our token redacted, control characters (Postgres refuses NULs)
 * and lone surrogates replaced, one line, trimmed, at most 1,000 characters.
 */
export function cleanse(text: string, token: string | null): string {
  const redacted = token === null || token === '' ? text : text.replaceAll(token, '[redacted]');
  const line = redacted
    .slice(0, 4 * MAX_CHARACTERS)
    .replaceAll('\0', '\uFFFD')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .trim();
  return line.length <= MAX_CHARACTERS ? line : `${whole(line.slice(0, MAX_CHARACTERS - 1))}…`;
}

/** Without the half of a surrogate pair that a cut may have left at the end. */
function whole(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/u, '');
}
