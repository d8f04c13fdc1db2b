import { DOCUMENT_VERSION, type Document, type Page, type PageError } from '../model/document.ts';
import { storable } from '../storable-text.ts';
import { derivePage } from './derive-page.ts';
import { onePage } from './one-page.ts';
import type { RawPage } from './raw/raw-page.ts';
import { readPages } from './raw/read-pages.ts';
import { documentRoom } from './table/room.ts';
import { collectWarnings } from './warnings.ts';

/** The reading of a whole file, or where there are several of one page each; or a page that could not be read. */
export interface PageSource {
  /** The raw OCR JSON, parsed; none where the page could not be read. */
  readonly raw?: unknown;
  /** What the file itself held as text, for each page of `raw`; null for a page that held none. */
  readonly textLayers?: readonly (string | null)[];
  /** Why there is no reading. */
  readonly error?: PageError;
}

const NO_PAGE: RawPage = { wellFormed: true, width: 0, height: 0, blocks: [], detections: [] };

/**
 * Raw readings → the document that they make, its pages numbered in the order of the sources. Deterministic and pure, and
 * never throws, whatever the JSON: what is odd is repaired and reported in `warnings`. Takes time and memory in proportion
 * to the input. Page numbers stay those of the file: of several sources each is one page, also one without a readable page, or
 * with more than one.
 */
export function deriveDocument(sources: Iterable<PageSource>): Document {
  const warnings = collectWarnings();
  const pages: Page[] = [];
  const room = documentRoom();
  for (const { source, isAlone } of told(sources)) {
    const { raw, textLayers, error } = source;
    const read = raw === undefined || raw === null ? [] : readPages(raw);
    const first = pages.length + 1;
    if (error !== undefined)
      warnings.at(first, null)('page_failed', storable(`The page could not be read: ${error.message}`));
    else if (read === null || read.length === 0)
      warnings.at(first, null)('result_malformed', 'The result has no pages.');
    const [page = NO_PAGE, ...surplus] = read ?? [];
    if (!isAlone && surplus.length > 0) {
      const message = `The result has ${surplus.length + 1} pages for this one: what the others say is behind it, without its place.`;
      warnings.at(first, null)('pages_surplus', message);
    }
    const found = isAlone || surplus.length === 0 ? [page, ...surplus] : [onePage(page, surplus)];
    found.forEach((page, at) => {
      const derived = derivePage(page, first + at, warnings, room);
      const layer = textLayers?.[at];
      if (error === undefined && layer?.trim() && !derived.blocks.some(({ text }) => text !== ''))
        warnings.at(first + at, null)(
          'page_unread',
          'Nothing was read, though the file itself has text here: see text_layer.',
        );
      pages.push({
        ...derived,
        ...(typeof layer === 'string' && { text_layer: storable(layer) }),
        ...(error !== undefined && { error: { code: storable(error.code), message: storable(error.message) } }),
      });
    });
  }
  return { document_version: DOCUMENT_VERSION, pages, warnings: warnings.all() };
}

/** Each source with whether it is the only one. Of the sources two are asked for at first, then one at a time. */
function* told(sources: Iterable<PageSource>): Generator<{ source: PageSource; isAlone: boolean }> {
  let held: PageSource | null = null;
  let count = 0;
  for (const source of sources) {
    count += 1;
    if (count === 1) {
      held = source;
      continue;
    }
    if (held !== null) yield { source: held, isAlone: false };
    held = null;
    yield { source, isAlone: false };
  }
  if (held !== null) yield { source: held, isAlone: true };
}
