import { closeBreaker, type EndpointTrouble, openBreaker } from '@ocrelay/tasks';
import { endpointBack, endpointDown } from '@ocrelay/telemetry';
import type { Admission } from './admission.ts';
import type { EndpointWatchParts } from './parts.ts';
import type { EndpointView } from './view.ts';

/** Opens and closes the circuit breakers, and says so; of several workers that see the same, one does. */
export interface Breaker {
  /** @param taskId the task that met the trouble. */
  open(url: string, trouble: EndpointTrouble, taskId: string): Promise<void>;
  /** @param taskId the task that was let through, and was taken. */
  close(url: string, taskId: string): Promise<void>;
}

export function createBreaker(parts: EndpointWatchParts, view: EndpointView, admission: Admission): Breaker {
  const { db, log, random } = parts;
  return {
    async open(url, trouble, taskId) {
      if (!(await openBreaker(db, url, trouble, taskId, view.known(url)?.failures ?? 0, random))) return;
      await view.reload();
      endpointDown(parts, url, trouble.code, trouble.message);
    },
    async close(url, taskId) {
      if (!(await closeBreaker(db, url, taskId))) return;
      view.changed();
      endpointBack(log, url);
      admission.admitSoon();
    },
  };
}
