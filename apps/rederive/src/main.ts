/** `npm run rederive`: the documents of all results by the newest rules, from what was kept; then it ends. */
import { availableParallelism } from 'node:os';
import { configOrExit, loadStackConfig } from '@ocrelay/config';
import { openDatabase } from '@ocrelay/db';
import type { KeptReading } from '@ocrelay/document';
import { openEmbedded } from '@ocrelay/stack';
import { Piscina } from 'piscina';
import { rederive } from './rederive.ts';

/** What one document may take: as when it is asked for. */
const HEAP_MB = 1024;
const DERIVE_MS = 120_000;

const config = configOrExit(loadStackConfig);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

const embedded = config.databaseUrl === null ? await openEmbedded(config.dataDir).catch(cannot) : null;
if (embedded?.kind === 'none')
  cannot(new Error(`there is no installation in ${config.dataDir}: set DATA_DIR or DATABASE_URL`));
const threads = availableParallelism();
const pool = new Piscina<readonly KeptReading[], Uint8Array>({
  filename: new URL('./derive-thread.js', import.meta.url).href,
  maxThreads: threads,
  resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
});
pool.on('error', () => undefined); // a thread that dies rejects its own document, and that is where it is reported
const url = embedded === null ? config.databaseUrl : embedded.databaseUrl;
const database = openDatabase(url ?? '', 'rederive', () => {});
try {
  const { derived, left } = await rederive(database.db, derive, threads, stopping.signal, (progress) =>
    process.stderr.write(`${progress.derived} derived\n`),
  );
  for (const { taskId, reason } of left) process.stderr.write(`left as it is: ${taskId}: ${reason}\n`);
  process.stdout.write(`${derived} ${derived === 1 ? 'document' : 'documents'} derived, ${left.length} left\n`);
  process.exitCode = stopping.signal.aborted ? 130 : left.length > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`rederive: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await pool.destroy();
  await database.close();
  if (embedded?.kind === 'stopped') await embedded.close();
}

/** There are as many threads as are asked at a time: none is waited for, and the time is the document's own. */
async function derive(readings: readonly KeptReading[]): Promise<Uint8Array> {
  const late = AbortSignal.timeout(DERIVE_MS);
  return pool.run(readings, { signal: late }).catch((error: unknown) => {
    throw late.aborted ? new Error(`it takes more than ${DERIVE_MS / 1000} s`) : error;
  });
}

function cannot(error: unknown): never {
  process.stderr.write(`rederive: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
