import { deriveDocument } from './derive/derive-document.ts';

/**
 * The raw JSON of a result as it was kept, bytes of UTF-8, → its document, bytes of UTF-8.
 * @throws SyntaxError when it is no JSON: such a result is not kept.
 */
export function documentJson(raw: Uint8Array): Uint8Array {
  const json: unknown = JSON.parse(new TextDecoder().decode(raw));
  return new TextEncoder().encode(JSON.stringify(deriveDocument([{ raw: json }])));
}
