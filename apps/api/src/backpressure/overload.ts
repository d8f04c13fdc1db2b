/**
 * Refuses uploads while there is more work than can be done in time, or little room left: before their bodies are read,
 * and at no more cost than a look at a number. What was accepted goes on, and everything else is answered as ever.
 *
 * The numbers are some seconds old at most, so the limits are passed by what is uploaded meanwhile: they are floors and
 * ceilings to stay away from, and no quotas. What is not known refuses nobody.
 */
import type { ApiConfig } from '@ocrelay/config';
import type { Db } from '@ocrelay/db';
import type { ImageStore } from '@ocrelay/storage';
import { countQueued } from '@ocrelay/tasks';
import { type Logger, uploadsRefused, uploadsTakenAgain } from '@ocrelay/telemetry';
import { overloaded } from '../errors/catalogue.ts';
import { lookedAt } from './looked-at.ts';

/** What there is too much, or too little, of. */
export type OverloadReason = 'backlog' | 'disk';

export interface Overload {
  /** Why uploads are refused now; null while they are taken. */
  reason(): Promise<OverloadReason | null>;
  /** @throws ApiError overloaded */
  refuseUploads(): Promise<void>;
}

interface Parts {
  readonly db: Db;
  readonly images: Pick<ImageStore, 'freeBytes'>;
  readonly config: Pick<ApiConfig, 'maxBacklog' | 'minFreeBytes'>;
  readonly log: Logger;
}

export function createOverload({ db, images, config, log }: Parts): Overload {
  const { maxBacklog, minFreeBytes } = config;
  const waiting = lookedAt(() => countQueued(db, maxBacklog));
  const free = lookedAt(() => images.freeBytes());
  let refusing: OverloadReason | null = null;

  const reasonNow = async (): Promise<OverloadReason | null> => {
    const [tasks, bytes] = await Promise.all([waiting(), minFreeBytes === 0 ? null : free()]);
    if (bytes !== null && bytes < minFreeBytes) return 'disk';
    return tasks !== null && tasks >= maxBacklog ? 'backlog' : null;
  };
  return {
    reason: reasonNow,
    async refuseUploads() {
      const reason = await reasonNow();
      if (reason !== refusing) {
        if (reason === null) uploadsTakenAgain(log);
        else uploadsRefused(log, reason);
        refusing = reason;
      }
      if (reason !== null) throw overloaded(reason);
    },
  };
}
