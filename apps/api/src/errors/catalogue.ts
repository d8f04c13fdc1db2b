/** Every failure that the API answers with: one constructor per code, with its status. Those of uploads are `upload/`'s. */
import type { ErrorCode, OcrErrorCode, Status } from '@ocrelay/contracts';
import { ApiError } from './api-error.ts';

/** How soon a client may come back, s, when something that the API needs is away. */
export const RETRY_AFTER_S = '5';

export function invalidRequest(message: string, details: unknown = null): ApiError {
  return new ApiError(400, 'invalid_request', message, { details });
}

export function invalidId(given: string): ApiError {
  return new ApiError(400, 'invalid_id', 'the task id must be a UUID, as the upload answered it', {
    details: { task_id: given.slice(0, 100) },
  });
}

export function invalidCursor(): ApiError {
  return new ApiError(400, 'invalid_cursor', 'the cursor is not one that this list gave: pass next_cursor unchanged');
}

export function invalidIdempotencyKey(): ApiError {
  return new ApiError(400, 'invalid_idempotency_key', 'Idempotency-Key must be 1 to 255 printable ASCII characters');
}

export function idempotencyConflict(taskId: string): ApiError {
  const message = 'this Idempotency-Key came with other content before: use a new key for a new image';
  return new ApiError(409, 'idempotency_conflict', message, { details: { task_id: taskId } });
}

export function malformedJson(): ApiError {
  return new ApiError(400, 'malformed_json', 'the request body is not valid JSON');
}

export function bodyTooLarge(): ApiError {
  return new ApiError(413, 'body_too_large', 'the request body is larger than this route takes');
}

export function unauthorized(challenge: string): ApiError {
  const message = 'an API key is needed: send it as Authorization: Bearer <key> or X-API-Key: <key>';
  return new ApiError(401, 'unauthorized', message, { headers: { 'WWW-Authenticate': challenge } });
}

export function forbiddenHost(): ApiError {
  const message =
    'without API keys only requests to a loopback name are answered (localhost, 127.0.0.1, [::1]); set API_KEYS';
  return new ApiError(403, 'forbidden_host', message);
}

export function forbiddenOrigin(): ApiError {
  return new ApiError(403, 'forbidden_origin', 'requests from pages of another origin may not change anything');
}

export function routeNotFound(method: string, path: string): ApiError {
  return new ApiError(
    404,
    'route_not_found',
    `there is no ${method} ${path.slice(0, 200)}; see /docs for what there is`,
  );
}

export function methodNotAllowed(method: string, allowed: readonly string[]): ApiError {
  return new ApiError(405, 'method_not_allowed', `${method} is not possible here, only ${allowed.join(', ')}`, {
    headers: { Allow: allowed.join(', ') },
    details: { allowed },
  });
}

export function taskNotFound(taskId: string): ApiError {
  return new ApiError(404, 'task_not_found', `there is no task ${taskId}`);
}

export function alreadyDone(taskId: string): ApiError {
  const message = `task ${taskId} is done already: its result is at /api/v1/tasks/${taskId}/result`;
  return new ApiError(409, 'invalid_state', message, { details: { status: 'ocr_done' } });
}

export function wasCancelled(taskId: string): ApiError {
  return new ApiError(409, 'invalid_state', `task ${taskId} was cancelled meanwhile`, {
    details: { status: 'cancelled' },
  });
}

export function nothingToCancel(taskId: string, status: Status): ApiError {
  const message = `task ${taskId} has ended already: its status is ${status}, and there is nothing to cancel`;
  return new ApiError(409, 'invalid_state', message, { details: { status } });
}

export function nothingToRetry(taskId: string, status: Status): ApiError {
  if (status === 'ocr_done') return alreadyDone(taskId);
  const message = `task ${taskId} has not been started: start it at /api/v1/ocr/start/${taskId}`;
  return new ApiError(409, 'invalid_state', message, { details: { status } });
}

export function isPageOf(taskId: string, documentId: string): ApiError {
  const message = `task ${taskId} is a page of the document ${documentId}: this is done to the document as a whole`;
  return new ApiError(409, 'invalid_state', message, { details: { parent_id: documentId } });
}

export function documentCancelled(taskId: string, documentId: string): ApiError {
  const message = `task ${taskId} is a page of the document ${documentId}, which was cancelled: start the document again`;
  return new ApiError(409, 'invalid_state', message, { details: { parent_id: documentId, status: 'cancelled' } });
}

export function stillInProgress(taskId: string): ApiError {
  const message = `task ${taskId} is in progress already: there is nothing to restart`;
  return new ApiError(409, 'invalid_state', message, { details: { status: null } });
}

export function noResultYet(taskId: string, status: Status): ApiError {
  return new ApiError(409, 'invalid_state', `task ${taskId} has no result: its status is ${status}`, {
    details: { status },
  });
}

export function pageNeeded(pages: number): ApiError {
  const message = `this document was read page by page: say which page, as ?page=1 to ?page=${pages}`;
  return invalidRequest(message, [{ parameter: 'page', reason: 'is needed for a document' }]);
}

export function pageUnread(page: number, code: ErrorCode | null, why: string | null): ApiError {
  const message = `page ${page} could not be read: ${why ?? 'it has no reading'}`;
  return new ApiError(409, 'invalid_state', message, { details: { page, code: code ?? 'internal_error' } });
}

export function unsupportedFormat(given: string, formats: readonly string[]): ApiError {
  const message = `there is no format ${given.slice(0, 100)}; there are ${formats.join(', ')}`;
  return new ApiError(400, 'unsupported_format', message, { details: { formats } });
}

export function noTables(message: string): ApiError {
  return new ApiError(404, 'no_tables', message);
}

export function tableNotFound(message: string): ApiError {
  return new ApiError(404, 'table_not_found', message);
}

export function imageUnreadable(message: string): ApiError {
  return new ApiError(422, 'image_corrupt', message);
}

export function pageNotFound(message: string): ApiError {
  return new ApiError(404, 'page_not_found', message);
}

/** @param pages how many there are */
export function noSuchPage(pages: number): ApiError {
  return pageNotFound(pages === 1 ? 'there is page 1 only' : `the document has the pages 1 to ${pages}`);
}

export function blockNotFound(message: string): ApiError {
  return new ApiError(404, 'block_not_found', message);
}

export function cellNotFound(message: string): ApiError {
  return new ApiError(404, 'cell_not_found', message);
}

export function documentTooLarge(): ApiError {
  const message = 'what was read is too large for this: its JSON as the OCR service sent it is at …/result/raw';
  return new ApiError(422, 'document_too_large', message);
}

export function tooManyDocuments(): ApiError {
  return new ApiError(503, 'overloaded', 'too many documents are being made: ask again later', {
    details: { reason: 'documents' },
    headers: { 'Retry-After': RETRY_AFTER_S },
  });
}

/** Of the disk that files are kept on until they are taken away. */
export function noRoomForFile(cause: unknown): ApiError {
  const message = 'there is no room for the file that is being made: tell whoever runs this service';
  return storageFull(message, 'disk_full', cause);
}

export function submitFailed(taskId: string, code: ErrorCode, reason: string | null): ApiError {
  const message = reason ?? 'the OCR service did not take the image';
  return new ApiError(502, code, message, { details: { task_id: taskId } });
}

export function ocrUnhealthy(
  message: string,
  code: OcrErrorCode,
  reason: string,
  serviceInfo: unknown,
  standing: { readonly since: Date | null; readonly waitingTasks: number } | null,
): ApiError {
  const data = { healthy: false, service_info: serviceInfo };
  const waits =
    standing === null ? {} : { since: standing.since?.toISOString() ?? null, waiting_tasks: standing.waitingTasks };
  return new ApiError(503, code, message, { data, details: { reason, ...waits }, isTranslated: true });
}

export function imageMissing(taskId: string, cause: unknown): ApiError {
  return new ApiError(404, 'image_missing', `the image of task ${taskId} is no longer in the store`, { cause });
}

export function notReady(data: unknown, code: ErrorCode, message: string): ApiError {
  return new ApiError(503, code, message, { data, headers: { 'Retry-After': RETRY_AFTER_S } });
}

/** How soon to come back, s, when there is too much to do: waiting tasks do not go in a moment. */
const OVERLOAD_RETRY_AFTER_S = '15';

export function overloaded(reason: 'backlog' | 'disk'): ApiError {
  const message =
    reason === 'backlog'
      ? 'too many tasks are waiting: send the image again later'
      : 'there is little room left for images: send it again later, or tell whoever runs this service';
  return new ApiError(503, 'overloaded', message, {
    details: { reason },
    headers: { 'Retry-After': OVERLOAD_RETRY_AFTER_S },
  });
}

export function shuttingDown(): ApiError {
  return new ApiError(503, 'shutting_down', 'this server is stopping: send the request again', {
    headers: { 'Retry-After': '1', Connection: 'close' },
  });
}

export function databaseUnavailable(cause: unknown): ApiError {
  const message = 'the database cannot be reached: try again in some seconds';
  return new ApiError(503, 'database_unavailable', message, { headers: { 'Retry-After': RETRY_AFTER_S }, cause });
}

export function queueUnavailable(cause: unknown): ApiError {
  const message = 'the queue cannot be reached: no task is lost, they go on when it is back';
  return new ApiError(503, 'queue_unavailable', message, { headers: { 'Retry-After': RETRY_AFTER_S }, cause });
}

export function internalError(cause: unknown): ApiError {
  const message =
    'something went wrong here, not with your request; the log has it under the X-Request-Id of this answer';
  return new ApiError(500, 'internal_error', message, { cause });
}

export function storageFull(why: string, reason: string, cause: unknown): ApiError {
  return new ApiError(507, 'storage_full', why, { details: { reason }, cause });
}

export function storageUnavailable(cause: unknown): ApiError {
  const message = 'the image store does not work now: try again in some seconds';
  return new ApiError(503, 'storage_unavailable', message, { headers: { 'Retry-After': RETRY_AFTER_S }, cause });
}
