/** Tasks that must have met the same, with no success between, before it is the endpoint's and not theirs. */
const SEVERAL = 3;

/** The calls that tell of one another: polls that are answered say nothing of submits. */
export type CallKind = 'submit' | 'job';
/** It failed; or it was refused, as a firewall or a wrong token does. */
type Doubt = 'failed' | 'refused';

/** Whom to blame, a task or the endpoint, as far as this worker has seen it. */
export interface Suspicion {
  /** @returns whether several tasks have met the same now, with no success between. */
  isOneOfSeveral(url: string, call: CallKind, doubt: Doubt, taskId: string): boolean;
  /** A call has succeeded, or failed for what the task brought along: it works. */
  cleared(url: string, call: CallKind): void;
}

export function createSuspicion(): Suspicion {
  const tasks = new Map<string, Record<Doubt, Set<string>>>();
  return {
    isOneOfSeveral(url, call, doubt, taskId) {
      const key = `${call} ${url}`;
      const doubts = tasks.get(key) ?? { failed: new Set(), refused: new Set() };
      tasks.set(key, doubts);
      if (doubts[doubt].add(taskId).size < SEVERAL) return false;
      doubts[doubt].clear();
      return true;
    },
    cleared(url, call) {
      tasks.delete(`${call} ${url}`);
    },
  };
}
