import { randomUUID } from 'node:crypto';
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@ocrelay/contracts';
import { ApiError } from '../errors/api-error.ts';
import { methodNotAllowed } from '../errors/catalogue.ts';
import { failureBody } from '../errors/error-handler.ts';

/** What Node's HTTP parser refuses before there is a request, by the code of its error. */
const REFUSALS: Readonly<Record<string, readonly [number, ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'the URL and headers of the request are larger than 16 KiB together'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'the request did not arrive in time'],
};
const MALFORMED = [400, 'invalid_request', 'this is not an HTTP request'] as const;

/** What the routes know, together. */
const METHODS = ['GET', 'HEAD', 'POST'];
/** Then the socket is gone, whether or not its peer has read the answer. */
const LAST_ANSWER_MS = 5_000;

/** Gives what never becomes a request an answer in the envelope, too. */
export function answerBrokenConnections(server: Server, onBroken: (code: string, status: number) => void): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const [status, code, message] = REFUSALS[error.code ?? ''] ?? MALFORMED;
    const pending = answerUnderWay(socket);
    if (error.code === 'ECONNRESET' || !socket.writable || pending?.headersSent === true) {
      socket.destroy();
      return;
    }
    if (pending?.req.complete === true) {
      // Nonsense behind a whole request, which may have made a task already: its answer is the one to be heard.
      pending.shouldKeepAlive = false;
      return;
    }
    onBroken(error.code ?? 'unknown', status);
    answerAndClose(socket, new ApiError(status, code, message));
  });
  // Node keeps CONNECT away from the application, and hands over the bare socket: its errors are ours as well.
  server.on('connect', (_req, socket) => {
    socket.on('error', () => socket.destroy());
    // Sent behind a request that still waits: the answer would pass for that one's.
    if (answerUnderWay(socket) !== null) {
      socket.destroy();
      return;
    }
    onBroken('CONNECT', 405);
    answerAndClose(socket, methodNotAllowed('CONNECT', METHODS));
  });
}

function answerAndClose(socket: Duplex, error: ApiError): void {
  const body = JSON.stringify(failureBody(error));
  const headers: Readonly<Record<string, string>> = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': randomUUID(),
    ...error.headers,
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('')}\r\n${body}`);
  // A peer that neither reads nor closes must not hold the socket.
  const limit = setTimeout(() => socket.destroy(), LAST_ANSWER_MS).unref();
  socket.once('finish', () => socket.destroy());
  socket.once('close', () => clearTimeout(limit));
}

/** Node keeps the response that is being written, or waited for, here; a second answer in its middle would be garbage. */
function answerUnderWay(socket: Duplex): ServerResponse | null {
  return (socket as Duplex & { _httpMessage?: ServerResponse | null })._httpMessage ?? null;
}
