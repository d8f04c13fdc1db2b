import { configOrExit, loadWorkerConfig } from '@ocrelay/config';
import { waitForTables } from '@ocrelay/db';
import { stopWhenParentGone, tellParent } from '@ocrelay/lifecycle';
import { waitingFor } from '@ocrelay/telemetry';
import { createWorkerContext } from './context.ts';
import { startHealthServer } from './health-server.ts';
import { startWorker } from './worker.ts';

/** Whatever hangs, the process is gone by then, ms: rows it still holds are taken over when its lease has run out. */
const STOP_LIMIT_MS = 5_000;

const config = configOrExit(() => loadWorkerConfig());
const context = await createWorkerContext(config, {
  thread: new URL('./reading/read-result-thread.js', import.meta.url),
  process: new URL('./reading/read-alone-process.js', import.meta.url),
  renderProcess: new URL('./reading/render-alone-process.js', import.meta.url),
  pageThread: new URL('./reading/page-thread.js', import.meta.url),
});
const health = config.healthPort === null ? null : startHealthServer(context, config.healthPort);

const stopping = new AbortController();
const stop = (reason: string) => {
  if (stopping.signal.aborted) process.exit(1); // asked twice
  setTimeout(() => process.exit(0), STOP_LIMIT_MS - 300).unref();
  stopping.abort(reason);
};
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
stopWhenParentGone(() => stop('the supervisor is gone'));

await waitForTables(context.database.pool, (reason) => waitingFor(context.log, 'postgres', reason), stopping.signal);
if (!stopping.signal.aborted) {
  const worker = await startWorker(context);
  tellParent({ type: 'ready' });
  if (!stopping.signal.aborted) await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
  await worker.stop(String(stopping.signal.reason));
}
health?.close();
process.exit(0);
