import type { Exporter, ExportSource } from '../exporter.ts';
import { noOptions } from '../query-options.ts';
import { utf8 } from './utf8.ts';

/** An exporter of one document that writes text, a part at a time, and leaves nothing to choose. */
export function textExporter(
  mediaType: string,
  extension: string,
  partsOf: (source: ExportSource) => Iterable<string>,
): Exporter<Record<string, never>> {
  return {
    mediaType,
    extension,
    holdsMany: false,
    options: noOptions,
    write: ([source]) => ({ mediaType, extension, body: utf8(source === undefined ? [] : partsOf(source)) }),
  };
}
