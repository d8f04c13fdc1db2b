import { plainText } from '@ocrelay/document';
import { type Answer, type OcrResult, readResult } from '@ocrelay/ocr';

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
  return { ok: true, value: { pageCount: result.value.pages.length, plainText: textOf(result.value) } };
}

/** A reading is kept even when its text cannot be derived: the text can be derived again, the reading only be paid again. */
function textOf(result: OcrResult): string {
  try {
    return plainText(result);
  } catch {
    return '';
  }
}
