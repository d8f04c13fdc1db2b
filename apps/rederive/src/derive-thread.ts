import { gzipSync } from 'node:zlib';
import { documentJson, type KeptReading } from '@ocrelay/document';

/** The thread's work: readings → their document, gzipped as it is kept. */
export default function derive(readings: readonly KeptReading[]): Uint8Array {
  return gzipSync(documentJson(readings), { level: 3 });
}
