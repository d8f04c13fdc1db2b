import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { answerBrokenConnections } from './broken-connections.ts';
import { expressMessages } from './express-messages.ts';

/** Where and how long. Times in ms. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly uploadTimeoutMs: number;
  readonly onBroken: (code: string, status: number) => void;
}

/** A client that dawdles holds a socket only so long: these are its limits, in ms. */
const HEADERS_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 65_000; // a little longer than balancers keep theirs, so that they close first
const CHECK_EVERY_MS = 5_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** Their size limits them. Of more than a count, Node would drop the rest in silence, `Content-Type` among them. */
const ANY_NUMBER_OF_HEADERS = 0;
/** Then a connection is made anew, so that balancers can move it. */
const MAX_REQUESTS_PER_CONNECTION = 10_000;
/** The upload's own time limit answers with its own error, so this comes after it. */
const AFTER_UPLOAD_MS = 10_000;

/** Starts an HTTP server. @throws what `listen` fails with, such as EADDRINUSE. */
export async function listen(app: Express, options: ListenOptions): Promise<{ server: Server; port: number }> {
  const requestTimeout = options.uploadTimeoutMs + AFTER_UPLOAD_MS;
  const server = createServer(
    {
      ...expressMessages(app),
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeout), // Node takes nothing longer
      requestTimeout,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false, // the guard refuses what has none, in the envelope
    },
    app,
  );
  server.maxHeadersCount = ANY_NUMBER_OF_HEADERS;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION;
  server.on('checkContinue', app); // the application says when a body is wanted
  server.on('checkExpectation', app); // an unknown Expect is no reason to refuse
  answerBrokenConnections(server, options.onBroken);
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}
