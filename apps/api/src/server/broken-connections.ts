import { randomUUID } from 'node:crypto';
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@ocrelay/contracts';
import { ApiError } from '../errors/api-error.ts';
import { failureBody } from '../errors/error-handler.ts';

/** What Node's HTTP parser refuses before there is a request, by the code of its error. */
const REFUSALS: Readonly<Record<string, readonly [number, ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'the URL and headers of the request are larger than 16 KiB together'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'the request did not arrive in time'],
};
const MALFORMED = [400, 'invalid_request', 'this is not an HTTP request'] as const;

/** Gives what never becomes a request an answer in the envelope, too. */
export function answerBrokenConnections(server: Server, onBroken: (code: string, status: number) => void): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const [status, code, message] = REFUSALS[error.code ?? ''] ?? MALFORMED;
    const pending = answerPending(socket);
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
    const body = JSON.stringify(failureBody(new ApiError(status, code, message)));
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
        `X-Content-Type-Options: nosniff\r\nX-Request-Id: ${randomUUID()}\r\nConnection: close\r\n\r\n${body}`,
    );
    // A peer that neither reads nor closes must not hold the socket.
    socket.once('finish', () => socket.destroy());
  });
}

/** Node keeps the response of the request at work here; in the middle of it a second answer would be garbage. */
function answerPending(socket: Duplex): ServerResponse | null {
  return (socket as Duplex & { _httpMessage?: ServerResponse | null })._httpMessage ?? null;
}
