/**
 * What each answer of the service and each failure of the network means. Tables, read in one place: no other code looks
 * at an HTTP status or at an error code.
 */
import type { OcrErrorCode } from '@ocrelay/contracts';
import type { EndpointTrouble, Reaction } from './answer.ts';

export type Call = 'health' | 'submit' | 'poll' | 'result' | 'cancel';
export type FaultClass = readonly [reaction: Reaction, code: OcrErrorCode, trouble?: EndpointTrouble];

const RETRY: FaultClass = ['retry', 'ocr_unavailable'];
const TIMED_OUT: FaultClass = ['retry', 'ocr_timeout'];
const BAD: FaultClass = ['retry', 'ocr_bad_response'];
const WAIT: FaultClass = ['wait', 'ocr_unavailable'];
const UNREACHABLE: FaultClass = ['wait', 'ocr_unavailable', 'unreachable'];
const OVERLOADED: FaultClass = ['wait', 'ocr_unavailable', 'overloaded'];
const REFUSES_TOKEN: FaultClass = ['wait', 'ocr_unauthorized', 'unauthorized'];
const FORBIDDEN: FaultClass = ['wait', 'ocr_unauthorized', 'refused'];
const NO_ROUTE: FaultClass = ['wait', 'ocr_unavailable', 'refused'];
const REJECTED: FaultClass = ['give_up', 'ocr_rejected'];
const LOST: FaultClass = ['lost', 'ocr_job_lost'];

/** The same for every call. */
const BY_STATUS: Readonly<Record<number, FaultClass>> = {
  401: REFUSES_TOKEN, // an operator rotates the token; the image is fine
  403: FORBIDDEN, // the token, or a firewall in front that dislikes one image
  407: REFUSES_TOKEN, // a proxy's credentials
  408: TIMED_OUT,
  421: RETRY,
  425: RETRY,
  429: OVERLOADED,
  503: OVERLOADED,
  504: TIMED_OUT,
};

const BY_CALL: Readonly<Record<Call, Readonly<Record<number, FaultClass>>>> = {
  // As a rule the base URL is wrong, and an operator can put it right. To give up would fail every image that comes meanwhile.
  submit: { 404: NO_ROUTE, 405: NO_ROUTE },
  health: { 404: UNREACHABLE, 405: UNREACHABLE },
  poll: { 404: LOST, 410: LOST },
  result: { 404: LOST, 410: LOST },
  cancel: { 404: LOST, 410: LOST },
};

/** The class of an answer that is not 2xx. */
export function faultOfStatus(call: Call, status: number): FaultClass {
  const known = BY_STATUS[status] ?? BY_CALL[call][status];
  if (known !== undefined) return known;
  if (status >= 500) return RETRY;
  // A redirect is never followed: our token would go where nobody decided to send it.
  if (status < 400) return BAD;
  // Another 4xx of a submit is about what we sent, and we would send the same again.
  return call === 'submit' ? REJECTED : BAD;
}

/** Nothing was sent: no connection came about. */
const NEVER_CONNECTED = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOENT', // a Unix socket that is not there
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** We are out of file handles ourselves: later there are some. */
const OUT_OF_HANDLES = new Set(['EMFILE', 'ENFILE']);

const TOO_LATE = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'OCR_TOTAL_TIMEOUT', 'ETIMEDOUT']);

const NOT_HTTP = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'OCR_BODY_TOO_LARGE']);

/** Mistakes of ours; they are thrown, or they would be retried for ever. */
const OURS = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/** The class of a request that failed without an answer; null when the failure is not the network's. */
export function faultOfError(error: unknown): FaultClass | null {
  const { name, code, syscall } = error as { name?: unknown; code?: unknown; syscall?: unknown };
  if (name === 'HTTPParserError') return BAD; // undici gives it a code for some of its reasons only
  if (typeof code !== 'string' || OURS.has(code)) return null;
  if (NEVER_CONNECTED.has(code) || code.startsWith('ERR_TLS_')) return UNREACHABLE;
  if (OUT_OF_HANDLES.has(code)) return WAIT;
  if (code === 'ETIMEDOUT' && syscall === 'connect') return UNREACHABLE;
  if (TOO_LATE.has(code)) return TIMED_OUT;
  if (NOT_HTTP.has(code) || code.startsWith('HPE_')) return BAD;
  if (code.startsWith('UND_ERR_') || /^E[A-Z0-9]+$/.test(code)) return RETRY; // reset, broken pipe, closed by the other side
  return null;
}
