import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** From the host on, with the query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Readable | Buffer;
  /** From the request's last byte to the answer's headers. */
  readonly headersTimeoutMs: number;
  /** Between two chunks of the answer. */
  readonly bodyTimeoutMs: number;
  /** For everything, from queueing for a connection to the answer's last byte. */
  readonly totalTimeoutMs: number;
  /** Of a 2xx answer; of any other only the beginning is read. */
  readonly maxBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is read of an answer that says what is wrong. */
const MAX_ERROR_BYTES = 64 * 1024;

/** The whole call took too long, though each part of it was in time. */
class TotalTimeoutError extends Error {
  override readonly name = 'TotalTimeoutError';
  readonly code = 'OCR_TOTAL_TIMEOUT';
}

class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  readonly code = 'OCR_BODY_TOO_LARGE';
}

/**
 * One HTTP exchange, limited in time and size. Redirects are answers like any other: they are not followed.
 * @throws the signal's reason when it aborts; the network's error, with its `code`, otherwise.
 */
export async function httpCall(dispatcher: Dispatcher, call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  signal.throwIfAborted();
  // A timer of our own: what AbortSignal.any and AbortSignal.timeout give can be garbage-collected on Node 20 and never fire.
  const ending = new AbortController();
  const timer = setTimeout(
    () => ending.abort(new TotalTimeoutError(`no complete answer within ${call.totalTimeoutMs} ms`)),
    call.totalTimeoutMs,
  );
  const stop = () => ending.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      method: call.method,
      path: call.path,
      headers: call.headers,
      body: call.body ?? null,
      headersTimeout: call.headersTimeoutMs,
      bodyTimeout: call.bodyTimeoutMs,
      signal: ending.signal,
    });
    const good = statusCode >= 200 && statusCode < 300;
    return { status: statusCode, headers, body: await read(body, good ? call.maxBytes : MAX_ERROR_BYTES, good) };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (ending.signal.aborted) throw ending.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** @param whole more than the limit is an error; without it, the beginning will do. */
function read(body: Dispatcher.ResponseData['body'], maxBytes: number, whole: boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= maxBytes) return;
      if (whole) reject(new BodyTooLargeError(`the answer is larger than ${maxBytes} bytes`));
      else resolve(Buffer.concat(chunks).subarray(0, maxBytes));
      body.removeAllListeners('data');
      body.destroy();
    });
    body.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    body.on('error', reject);
    body.on('close', () => reject(Object.assign(new Error('the answer ended early'), { code: 'ECONNRESET' })));
  });
}
