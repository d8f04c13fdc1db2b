import type { JobRef } from '@ocrelay/tasks';

/**
 * What this worker is working on. The rows say what it has claimed; what is claimed but not in hand is an orphan (its
 * transition could not be stored, or the answer to its claim was lost) and is given back.
 */
export interface ClaimsInHand {
  take(ref: JobRef): void;
  drop(ref: JobRef): void;
  has(ref: Pick<JobRef, 'taskId' | 'generation' | 'dispatch'>): boolean;
  readonly count: number;
}

export function createClaimsInHand(): ClaimsInHand {
  // Counted: the queue can hand out the same job twice, and the stale one must not drop what the other works on.
  const counts = new Map<string, number>();
  const key = (ref: Pick<JobRef, 'taskId' | 'generation' | 'dispatch'>) =>
    `${ref.taskId}.${ref.generation}.${ref.dispatch}`;
  return {
    take: (ref) => void counts.set(key(ref), (counts.get(key(ref)) ?? 0) + 1),
    drop(ref) {
      const left = (counts.get(key(ref)) ?? 0) - 1;
      if (left > 0) counts.set(key(ref), left);
      else counts.delete(key(ref));
    },
    has: (ref) => counts.has(key(ref)),
    get count() {
      return counts.size;
    },
  };
}
