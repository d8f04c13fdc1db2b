import type { Check } from '../check.ts';
import { claims } from './claims.ts';
import { clock } from './clock.ts';
import { configuration } from './configuration.ts';
import { deadlines } from './deadlines.ts';
import { endpoints } from './endpoints.ts';
import { imageStore } from './image-store.ts';
import { images } from './images.ts';
import { jobs } from './jobs.ts';
import { migrations } from './migrations.ts';
import { ocrService } from './ocr-service.ts';
import { orphans } from './orphans.ts';
import { postgres } from './postgres.ts';
import { queue } from './queue.ts';
import { results } from './results.ts';
import { workers } from './workers.ts';

/**
 * In the order in which they are made: what others lean on first, what takes long last. A repair that puts tasks on their
 * way comes before the check of the jobs, and that of the workers after all these: whether work waits is known then.
 */
export const CHECKS: readonly Check[] = [
  configuration,
  postgres,
  migrations,
  clock,
  queue,
  imageStore,
  ocrService,
  endpoints,
  deadlines,
  claims,
  results,
  jobs,
  workers,
  images,
  orphans,
];
