import type { TaskEvent } from '../evidence.ts';
import type { KeptPromise } from './promise.ts';

/** An image is read again only where a submit was cut short or its job was lost; and `submissions` tells. */
export const imagesAreReadOnce: KeptPromise = {
  name: 'an image is read more than once only where a fault explains it, and never more often than `submissions` says',
  check({ tasks, events, ocr }) {
    return [...tasks.values()].flatMap(({ id, sha256, submissions }) => {
      const reads = ocr.reads.get(sha256) ?? 0;
      if (reads > submissions) return { what: `was read ${reads} times, with ${submissions} submissions`, taskId: id };
      const explained = 1 + (events.get(id) ?? []).reduce((sum, event) => sum + againFor(event), 0);
      return reads > explained ? { what: `was read ${reads} times, and ${explained} are explained`, taskId: id } : [];
    });
  },
};

/** How many readings more an event accounts for. */
function againFor({ type, stage, generation, count }: TaskEvent): number {
  if (type === 'ocr_job_lost') return count;
  if (type === 'queued') return generation > 1 ? 1 : 0;
  // A wait too: a try at an endpoint that is down does not count, and may have come about all the same. One that did not is
  // no submission either, which the row tells.
  const cutShort = ['rescued', 'released', 'attempt_failed', 'waiting'].includes(type);
  return cutShort && stage === 'submit' ? count : 0;
}
