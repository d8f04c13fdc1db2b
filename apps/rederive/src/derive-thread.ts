import { documentJson, type KeptReading } from '@ocrelay/document';

/** The thread's work: readings → their document. */
export default function derive(readings: readonly KeptReading[]): Uint8Array {
  return documentJson(readings);
}
