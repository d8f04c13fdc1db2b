import { configOrExit, loadApiConfig } from '@ocrelay/config';
import { waitForTables } from '@ocrelay/db';
import { stopWhenParentGone, tellParent, within } from '@ocrelay/lifecycle';
import { apiListening, apiStopped, apiStopping, connectionRefused, waitingFor } from '@ocrelay/telemetry';
import { createApp } from './app.ts';
import { createApiContext } from './context.ts';
import { makeFirstStore } from './server/first-store.ts';
import { listen } from './server/listen.ts';
import { stopServer } from './server/stop.ts';

/** What requests in flight, and then connections to what the API uses, get to end, ms: 10 s in all. */
const FINISH_MS = 7_000;
const CLOSE_MS = 1_500;

const config = configOrExit(loadApiConfig);
const context = await createApiContext(config, {
  document: new URL('./documents/document-thread.js', import.meta.url),
  page: new URL('./upload/page-thread.js', import.meta.url),
  store: new URL('./upload/store-thread.js', import.meta.url),
}).catch(cannotStart);
const { log, draining } = context;

const stop = (reason: string) => {
  if (draining.aborted) process.exit(1); // asked twice
  apiStopping(log, reason);
  context.drain();
};
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
stopWhenParentGone();

await waitForTables(context.database.pool, (reason) => waitingFor(log, 'postgres', reason), draining);
if (!draining.aborted) {
  // Queues are made when they are first asked for: the first client should not wait for that.
  void context.queues.ping().catch(() => {});
  await makeFirstStore(context).catch(cannotStart);
  const { server, port } = await listen(createApp(context), {
    host: config.host,
    port: config.port,
    uploadTimeoutMs: config.uploadTimeoutMs,
    onBroken: (code, status) => connectionRefused(log, code, status),
  }).catch(cannotStart);
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  apiListening(
    log,
    `http://${host}:${port}`,
    config.queue.redisUrl === null ? 'postgres' : 'redis',
    config.apiKeys.length,
  );
  tellParent({ type: 'listening', port });
  if (!draining.aborted) await new Promise((resolve) => draining.addEventListener('abort', resolve, { once: true }));
  const stoppingAtMs = performance.now();
  const cutOff = await stopServer(server, FINISH_MS);
  apiStopped(log, cutOff, Math.round(performance.now() - stoppingAtMs));
}
await within(CLOSE_MS, context.close()).catch(() => {});
process.exit(0);

/** What nobody can mend from here ends the program, in a line that says what it is. */
function cannotStart(error: unknown): never {
  process.stderr.write(`the API cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
