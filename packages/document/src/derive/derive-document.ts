import { DOCUMENT_VERSION, type Document, type Page, type PageError } from '../model/document.ts';
import { storable } from '../storable-text.ts';
import { derivePage } from './derive-page.ts';
import type { RawPage } from './raw/raw-page.ts';
import { readPages } from './raw/read-pages.ts';
import { documentRoom } from './table/room.ts';
import { collectWarnings } from './warnings.ts';

/** One reading of one or more pages that follow each other, or a page that could not be read. */
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
 * to the input. A source without a readable page is a page without blocks, so that page numbers stay those of the file.
 */
export function deriveDocument(sources: Iterable<PageSource>): Document {
  const warnings = collectWarnings();
  const room = documentRoom();
  const pages: Page[] = [];
  for (const { raw, textLayers, error } of sources) {
    const read = raw === undefined || raw === null ? [] : readPages(raw);
    const first = pages.length + 1;
    if (error !== undefined)
      warnings.at(first, null)('page_failed', storable(`The page could not be read: ${error.message}`));
    else if (read === null || read.length === 0)
      warnings.at(first, null)('result_malformed', 'The result has no pages.');
    const found = read === null || read.length === 0 ? [NO_PAGE] : read;
    found.forEach((page, at) => {
      const derived = derivePage(page, first + at, warnings, room);
      const layer = textLayers?.[at];
      pages.push({
        ...derived,
        ...(typeof layer === 'string' && { text_layer: storable(layer) }),
        ...(error !== undefined && { error: { code: storable(error.code), message: storable(error.message) } }),
      });
    });
  }
  return { document_version: DOCUMENT_VERSION, pages, warnings: warnings.all() };
}
