import type { Db } from '@ocrelay/db';
import type { OcrClient } from '@ocrelay/ocr';
import type { Queues } from '@ocrelay/queue';
import type { RetryPolicy } from '@ocrelay/tasks';
import type { Logger, WorkerMetrics } from '@ocrelay/telemetry';

/** What the watch over the endpoints works with. */
export interface EndpointWatchParts {
  readonly db: Db;
  readonly ocr: Pick<OcrClient, 'endpoints' | 'healthCheck'>;
  readonly queues: Pick<Queues, 'addBulk'>;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
  readonly workerId: string;
  readonly maxInFlight: number | null;
  /** How an endpoint that is overloaded, and does not say for how long, is left alone. */
  readonly overloadPolicy: RetryPolicy;
  /** How long a task that an endpoint is tried with may take to be submitted, ms. */
  readonly tryForMs: number;
  readonly random: () => number;
}
