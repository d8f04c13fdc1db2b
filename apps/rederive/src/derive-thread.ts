import { documentJson } from '@ocrelay/document';

/** The thread's work: a raw result → its document. */
export default function derive(raw: Uint8Array): Uint8Array {
  return documentJson(raw);
}
