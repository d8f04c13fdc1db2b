import type { Cell } from '@ocrelay/document';

/**
 * The class by which the page's style draws the known borders of a cell; empty where they are all, or unknown: all are drawn then.
 * Where two cells meet, the browser draws a line that either has.
 */
export function borderClass({ borders }: Cell): string {
  if (borders === undefined || borders === 'trbl') return '';
  return ['sides', ...borders].join(' ');
}
