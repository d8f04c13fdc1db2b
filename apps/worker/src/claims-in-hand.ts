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
  const keys = new Set<string>();
  const key = (ref: Pick<JobRef, 'taskId' | 'generation' | 'dispatch'>) =>
    `${ref.taskId}.${ref.generation}.${ref.dispatch}`;
  return {
    take: (ref) => void keys.add(key(ref)),
    drop: (ref) => void keys.delete(key(ref)),
    has: (ref) => keys.has(key(ref)),
    get count() {
      return keys.size;
    },
  };
}
