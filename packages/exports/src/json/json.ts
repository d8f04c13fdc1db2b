import type { Document } from '@ocrelay/document';
import type { Exporter } from '../exporter.ts';
import { noOptions } from '../query-options.ts';
import { utf8 } from '../text/utf8.ts';

/** The document itself. */
export const json: Exporter<Record<string, never>> = {
  mediaType: 'application/json; charset=utf-8',
  extension: 'json',
  holdsMany: false,
  options: noOptions,
  write: ([source]) => ({
    mediaType: json.mediaType,
    extension: json.extension,
    body: utf8(source === undefined ? [] : jsonParts(source.document)),
  }),
};

/** A page at a time: the text of 500 pages need not be one string. */
function* jsonParts({ pages, ...rest }: Document): Generator<string> {
  const { document_version, ...after } = rest;
  yield `{"document_version":${document_version},"pages":[`;
  for (const [index, page] of pages.entries()) yield (index === 0 ? '' : ',') + JSON.stringify(page);
  yield `],${JSON.stringify(after).slice(1)}`;
}
