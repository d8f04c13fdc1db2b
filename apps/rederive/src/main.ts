/** `npm run rederive`: the documents of all results by the newest rules, from what was kept; then it ends. */
import { availableParallelism } from 'node:os';
import { configOrExit, loadStackConfig } from '@ocrelay/config';
import { openDatabase } from '@ocrelay/db';
import { DERIVE_LIMITS, type KeptReading } from '@ocrelay/document';
import { createLimitedThreads } from '@ocrelay/limited-threads';
import { openEmbedded } from '@ocrelay/stack';
import { rederive } from './rederive.ts';

const config = configOrExit(loadStackConfig);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

const embedded = config.databaseUrl === null ? await openEmbedded(config.dataDir).catch(cannot) : null;
if (embedded?.kind === 'none')
  cannot(new Error(`there is no installation in ${config.dataDir}: set DATA_DIR or DATABASE_URL`));
const threads = availableParallelism(); // as many as are asked at a time
const { ms, heapMb } = DERIVE_LIMITS;
const thread = new URL('./derive-thread.js', import.meta.url);
const derivers = createLimitedThreads<readonly KeptReading[], Uint8Array>(thread, { threads, heapMb });
const derive = (readings: readonly KeptReading[]) => derivers.run(readings, { ms });
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
  await derivers.close();
  await database.close();
  if (embedded?.kind === 'stopped') await embedded.close();
}

function cannot(error: unknown): never {
  process.stderr.write(`rederive: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
