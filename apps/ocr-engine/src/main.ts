import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configOrExit, loadEngineConfig } from '@ocrelay/config';
import { stopWhenParentGone, tellParent } from '@ocrelay/lifecycle';
import { createLogger } from '@ocrelay/telemetry';
import { createApp } from './protocol/app.ts';
import { createJobRunner } from './protocol/job-runner.ts';
import { createJobTable } from './protocol/job-table.ts';
import { startRecognisers } from './reading/recogniser-pool.ts';

/** Results kept at most: at some 100 kB each, no more than about 100 MB. */
const KEPT_RESULTS = 1_000;
/** Whatever hangs, the process is gone by then, ms. */
const STOP_LIMIT_MS = 4_000;

const config = configOrExit(() => loadEngineConfig());
const log = createLogger({ name: 'ocr-engine', ...config.log });
const uploadFolder = await mkdtemp(join(tmpdir(), 'ocrelay-engine-'));
const thread = new URL('./reading/recognise-thread.js', import.meta.url);
const pool = startRecognisers(thread, config.threads, config.maxImagePixels, (reason) =>
  log.warn({ reason }, 'a page was read without its German letters'),
);
const table = createJobTable({ ttlMs: config.resultTtlMs, keep: KEPT_RESULTS });
const runner = createJobRunner(table, pool.read, pool.threads, config.queueLimit, log);
const server = createServer(
  createApp({
    table,
    runner,
    isAlive: pool.isAlive,
    token: config.token,
    uploadFolder,
    maxUploadBytes: config.maxUploadBytes,
    log,
  }),
);
server.requestTimeout = 120_000;
server.keepAliveTimeout = 65_000;

let stopping = false;
const stop = async () => {
  if (stopping) process.exit(1); // asked twice
  stopping = true;
  setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref();
  server.close();
  runner.stopAll();
  server.closeAllConnections();
  await rm(uploadFolder, { recursive: true, force: true }).catch(() => undefined);
  await pool.stop().catch(() => undefined);
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
stopWhenParentGone(() => void stop());

server.once('error', (error) => {
  log.fatal({ err: error }, 'cannot listen');
  process.exit(1);
});
server.listen(config.port, config.host, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  log.info({ port, threads: pool.threads }, 'ocr engine listening');
  tellParent({ type: 'listening', port });
});
