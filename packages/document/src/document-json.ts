import { deriveDocument, type PageSource } from './derive/derive-document.ts';
import type { PageError } from './model/document.ts';

/** A reading as it was kept: of an image, or of one page of a document. */
export interface KeptReading {
  /** Raw JSON, bytes of UTF-8; null where the page could not be read. */
  readonly raw: Uint8Array | null;
  /** Why there is no reading; null where there is one. */
  readonly error: PageError | null;
  /** What the file itself holds as text for each page of the reading, as far as it is known; null where it holds none. */
  readonly textLayers: ReadonlyArray<string | null>;
}

/** What it may take to derive a document, ms and MB: as much in every program, or one would give up what another derives. */
export const DERIVE_LIMITS = { ms: 120_000, heapMb: 1024 };

/**
 * The readings of all pages → their document, bytes of UTF-8.
 * @throws SyntaxError when one is no JSON: such a result is not kept.
 */
export function documentJson(readings: readonly KeptReading[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(deriveDocument(sources(readings))));
}

/** One after the other, so that the JSON of one page at a time is in memory. */
function* sources(readings: readonly KeptReading[]): Generator<PageSource> {
  for (const { raw, error, textLayers } of readings) {
    yield {
      ...(raw !== null && { raw: JSON.parse(new TextDecoder().decode(raw)) as unknown }),
      ...(error !== null && { error }),
      textLayers,
    };
  }
}
