import { isDatabaseUnavailable } from '@ocrelay/db';
import { QueueUnavailableError } from '@ocrelay/queue';
import { StorageError, StorageFullError } from '@ocrelay/storage';
import { UploadError } from '../upload/upload-error.ts';
import { WHY_FULL } from '../upload/why-full.ts';
import { ApiError } from './api-error.ts';
import {
  bodyTooLarge,
  databaseUnavailable,
  internalError,
  invalidRequest,
  malformedJson,
  queueUnavailable,
  RETRY_AFTER_S,
  storageFull,
  storageUnavailable,
} from './catalogue.ts';

/** Whatever a route threw, as the failure that the client is told. What is unknown is `internal_error`. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UploadError) {
    const { status, code, message, details } = error;
    const headers: Record<string, string> = status === 503 ? { 'Retry-After': RETRY_AFTER_S } : {};
    return new ApiError(status, code, message, { details, headers, cause: error.cause });
  }
  if (error instanceof QueueUnavailableError) return queueUnavailable(error);
  if (error instanceof StorageFullError) return storageFull(WHY_FULL[error.reason], error.reason, error);
  if (error instanceof StorageError) return storageUnavailable(error);
  if (isDatabaseUnavailable(error)) return databaseUnavailable(error);
  return fromExpress(error) ?? internalError(error);
}

/** What Express and its body parser refuse by themselves; they mark it with a status of 4xx. */
function fromExpress(error: unknown): ApiError | null {
  if (!(error instanceof Error) || !('status' in error)) return null;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  if ('type' in error && error.type === 'entity.parse.failed') return malformedJson();
  if (status === 413) return bodyTooLarge();
  if (error instanceof URIError) return invalidRequest('the path is not valid percent-encoding');
  return invalidRequest(`the request cannot be read: ${error.message.slice(0, 200)}`);
}
