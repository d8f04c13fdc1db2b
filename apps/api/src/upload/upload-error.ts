/** Why an upload was refused; part of the API's contract. */
export type UploadErrorCode = keyof typeof STATUS_BY_CODE;

const STATUS_BY_CODE = {
  file_missing: 400,
  malformed_multipart: 400,
  unexpected_field: 400,
  upload_timeout: 408,
  file_too_large: 413,
  unsupported_media_type: 415,
  file_empty: 422,
  image_corrupt: 422,
  image_too_many_pixels: 422,
  document_corrupt: 422,
  document_encrypted: 422,
  too_many_pages: 422,
  storage_unavailable: 503,
  storage_full: 507,
} as const;

/** An upload that was refused, in words for the one who sent it. Nothing of it is left in the store. */
export class UploadError extends Error {
  override name = 'UploadError';
  readonly code: UploadErrorCode;
  /** The HTTP status that goes with the code. */
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: UploadErrorCode,
    message: string,
    details?: Readonly<Record<string, unknown>>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.status = STATUS_BY_CODE[code];
    this.details = details;
  }
}

/** A document of more pages than are accepted. `pages` may be fewer than there are, where they were not all counted. */
export function tooManyPages(pages: number, maxPages: number): UploadError {
  return new UploadError('too_many_pages', `the document has more than ${maxPages} pages; send it in parts`, {
    pages,
    max_pages: maxPages,
  });
}

/** An upload that took too long. */
export function uploadTimedOut(uploadTimeoutMs: number): UploadError {
  return new UploadError('upload_timeout', `the upload took longer than ${uploadTimeoutMs} ms`, {
    upload_timeout_ms: uploadTimeoutMs,
  });
}
