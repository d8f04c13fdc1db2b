import { isNativeError } from 'node:util/types';

/**
 * Classes and codes of SQLSTATE that a later try may not meet again: connection, refused login, database that is not there
 * (yet), resources, shutdown, deadlock, cancelled, trouble below the database.
 */
const PASSING_STATES = ['08', '28', '3D', '53', '57P', '57014', '58', '40', '55P03', '25006'];
/** Socket errors of Node. */
const PASSING_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);
/** What `pg` throws without any code. */
const PASSING_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|not queryable|client was closed|after calling end on the pool/i;

/**
 * Whether an error, or any of its causes, says that the database cannot be used now, rather than that a statement is
 * wrong.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let at = error; isNativeError(at); at = at.cause) {
    if ('errors' in at && Array.isArray(at.errors) && at.errors.some(isDatabaseUnavailable)) return true;
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    if (PASSING_CODES.has(code)) return true;
    if (/^[0-9A-Z]{5}$/.test(code) && PASSING_STATES.some((state) => code.startsWith(state))) return true;
    if (PASSING_MESSAGES.test(at.message)) return true;
  }
  return false;
}
