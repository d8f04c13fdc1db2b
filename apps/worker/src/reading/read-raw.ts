import { plainText } from '@ocrelay/document';
import { type Answer, readResult } from '@ocrelay/ocr';

/** What is derived from a raw result. */
export interface RawReading {
  readonly pageCount: number;
  readonly plainText: string;
}

/**
 * Raw OCR JSON → its derived parts, or the fault that it is. Pure.
 * @param token of the OCR service: redacted from what it says about a failure.
 */
export function readRaw(raw: Buffer, token: string | null): Answer<RawReading> {
  const result = readResult(raw, token);
  if (!result.ok) return result;
  return { ok: true, value: { pageCount: result.value.pages.length, plainText: plainText(result.value) } };
}
