/** Why a file cannot be had. The request or the document is such; nothing is broken. */
export type ExportErrorCode =
  | 'invalid_options'
  | 'no_documents'
  | 'one_document_only'
  | 'no_tables'
  | 'table_not_found';

/** Thrown before the first byte of a file, never while it is read. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly code: ExportErrorCode;

  constructor(code: ExportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
