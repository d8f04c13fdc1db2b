import { documentJson, type KeptReading, packed } from '@ocrelay/document';

/** The thread's work: readings → their document, as it is kept. */
export default function derive(readings: readonly KeptReading[]): Uint8Array {
  return packed(documentJson(readings));
}
