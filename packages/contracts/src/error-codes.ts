import * as z from 'zod';

/** Why a task failed, or what it waits for: the OCR side. */
export const OCR_ERROR_CODES = [
  'ocr_unavailable',
  'ocr_unauthorized',
  'ocr_rejected',
  'ocr_bad_response',
  'ocr_job_failed',
  'ocr_job_lost',
  'ocr_timeout',
  'deadline_exceeded',
  'worker_crashed',
] as const;
export const ocrErrorCode = z.enum(OCR_ERROR_CODES);
export type OcrErrorCode = z.infer<typeof ocrErrorCode>;

/** Every stable `error.code` of the HTTP API and of a task. */
export const ERROR_CODES = [
  ...OCR_ERROR_CODES,
  'file_missing',
  'file_too_large',
  'file_empty',
  'unsupported_media_type',
  'image_corrupt',
  'image_too_many_pixels',
  'document_corrupt',
  'document_encrypted',
  'too_many_pages',
  'image_missing',
  'malformed_multipart',
  'unexpected_field',
  'upload_timeout',
  'malformed_json',
  'body_too_large',
  'headers_too_large',
  'request_timeout',
  'invalid_request',
  'invalid_id',
  'invalid_cursor',
  'invalid_idempotency_key',
  'idempotency_conflict',
  'task_not_found',
  'job_not_found',
  'invalid_state',
  'unsupported_format',
  'no_tables',
  'table_not_found',
  'page_not_found',
  'block_not_found',
  'cell_not_found',
  'document_too_large',
  'route_not_found',
  'method_not_allowed',
  'unauthorized',
  'forbidden_host',
  'forbidden_origin',
  'storage_full',
  'storage_unavailable',
  'database_unavailable',
  'queue_unavailable',
  'overloaded',
  'shutting_down',
  'internal_error',
] as const;
export const errorCode = z.enum(ERROR_CODES);
export type ErrorCode = z.infer<typeof errorCode>;
