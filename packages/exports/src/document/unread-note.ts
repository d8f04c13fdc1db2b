import type { Page } from '@ocrelay/document';

/** What stands in place of a page that could not be read; null where it was. */
export function unreadNote({ number, error }: Page): string | null {
  return error === undefined ? null : `Page ${number} could not be read (${error.code}): ${error.message}`;
}
