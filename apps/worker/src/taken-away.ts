/**
 * Tasks that are taken from this worker while it has them in hand: cancelled, deleted, out of time.
 *
 * Postgres decides: the row has been given a new dispatch, or is gone, and whatever comes of the work is fenced off. So
 * nothing here is needed for a task to be right; it only spares the OCR service and us the rest of that work, within
 * moments. Whoever takes tasks away says so in a wake-up, for which this worker holds one listening connection. A wake-up
 * is a hint: the row is looked at before anything is stopped, and one that is lost costs time until a poll looks by itself.
 */
import { type Db, listenForWakeUps } from '@ocrelay/db';
import { type JobRef, staleSteps } from '@ocrelay/tasks';
import type { Logger } from '@ocrelay/telemetry';
import { wentThrough } from './went-through.ts';

export interface TakenAway {
  /** Calls back when the task of this step was taken away. @returns what ends that. */
  watch(ref: JobRef, onTaken: () => void): () => void;
  close(): Promise<void>;
}

interface Watched extends JobRef {
  readonly onTaken: () => void;
}

export function noticeTakenAway(databaseUrl: string, db: Db, log: Logger): TakenAway {
  const inHand = new Map<string, Set<Watched>>();
  const wakeUps = listenForWakeUps(databaseUrl, 'taken');

  const look = async (watched: readonly Watched[]) => {
    for (const { onTaken } of await staleSteps(db, watched)) onTaken();
  };
  wakeUps.subscribe((taskIds) => {
    const woken = taskIds === null ? [...inHand.values()] : taskIds.map((id) => inHand.get(id) ?? []);
    const watched = woken.flatMap((of) => [...of]);
    if (watched.length > 0) void wentThrough({ log }, 'postgres', () => look(watched));
  });

  return {
    watch(ref, onTaken) {
      const watched = { ...ref, onTaken };
      const all = inHand.get(ref.taskId) ?? new Set();
      inHand.set(ref.taskId, all.add(watched));
      return () => {
        all.delete(watched);
        if (all.size === 0 && inHand.get(ref.taskId) === all) inHand.delete(ref.taskId);
      };
    },
    close: () => wakeUps.close(),
  };
}
