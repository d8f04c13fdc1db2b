/**
 * Text that a database and a file can hold: without NULs and lone surrogates, and without form feeds, since these separate
 * pages and none may come from within one.
 */
export function storable(text: string): string {
  return withoutBroken(text).replaceAll('\f', ' ');
}

/** Text without NULs and lone surrogates: Postgres refuses them. */
export function withoutBroken(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Cs}/gu, '');
}
