import type { Document } from '@ocrelay/document';
import { textExporter } from '../text/text-exporter.ts';

/** The document itself. */
export const json = textExporter('application/json; charset=utf-8', 'json', ({ document }) => jsonParts(document));

/** A page at a time: the text of 500 pages need not be one string. */
function* jsonParts({ document_version, pages, ...after }: Document): Generator<string> {
  yield `{"document_version":${document_version},"pages":[`;
  for (const [index, page] of pages.entries()) yield (index === 0 ? '' : ',') + JSON.stringify(page);
  yield `],${JSON.stringify(after).slice(1)}`;
}
