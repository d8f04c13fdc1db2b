/** What goes through stages in a benchmark: a worker, or the bare stages that it is measured against. */
import { largeImage } from '../support/images.ts';
import { type Program, startProgram } from './processes.ts';
import type { Services } from './services.ts';

/** The three bare stages, on Redis. */
export function startBareStages(services: Services, ocrUrl: string): Promise<Program> {
  return startProgram('test/bench/bare-stages', {
    BENCH_REDIS_URL: services.redisUrl ?? '',
    BENCH_DATABASE_URL: services.databaseUrl,
    BENCH_OCR_URL: ocrUrl,
    BENCH_IMAGE: largeImage(10_000).toString('base64'),
  });
}

/** A worker on its own, on Redis or on the database alone. */
export function startWorker(
  services: Services,
  ocrUrl: string,
  redisUrl: string | null,
  env: Record<string, string>,
): Promise<Program> {
  return startProgram('apps/worker/src/main', {
    DATABASE_URL: services.databaseUrl,
    OCR_BASE_URL: ocrUrl,
    STORAGE_URL: services.storageUrl,
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    ...env,
  });
}

/** Resolves when a `count(*)` has come so far. */
export async function untilCount(services: Services, query: string, count: number, ids?: string[]): Promise<void> {
  for (;;) {
    const { rows } = await services.sql.query(query, ids === undefined ? [] : [ids]);
    if (Number(rows[0]?.count) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
