/**
 * What ends a stage before its time: the worker stops, has lost its lease, or the task is taken from it.
 *
 * Hundreds of stages run at once, and end for the same few reasons. Each has one signal, and all are in a set: a listener of each on
 * the worker's own signals would be looked for among the listeners of all when it is removed.
 */
import type { JobRef } from '@ocrelay/tasks';
import type { Lease } from './lease.ts';
import type { TakenAway } from './taken-away.ts';

/** Why stages end early. */
export interface Endings {
  readonly stopping: AbortSignal;
  readonly lease: Pick<Lease, 'signal' | 'held'>;
  readonly takenAway: Pick<TakenAway, 'watch'>;
}

/** That of one stage which runs. */
export interface Ending {
  /** Aborts with the first reason. */
  readonly signal: AbortSignal;
  /** Whether that was that the task was taken away. */
  wasTaken(): boolean;
  release(): void;
}

const TAKEN = new Error('the task was taken away');

/** @returns what begins the ending of a stage that is about to run; to be released when it has run. */
export function createEndings({ stopping, lease, takenAway }: Endings): (ref: JobRef) => Ending {
  const running = new Set<AbortController>();
  let followed: AbortSignal | null = null;
  const follow = (signal: AbortSignal) => {
    const endAll = () => {
      for (const ending of running) ending.abort(signal.reason);
    };
    signal.addEventListener('abort', endAll, { once: true });
  };
  follow(stopping);

  return (ref) => {
    // A lease that was regained has a signal of its own.
    const leased = lease.signal();
    if (leased !== followed) follow(leased);
    followed = leased;

    const ending = new AbortController();
    const { signal } = ending;
    for (const over of [stopping, leased]) if (over.aborted) ending.abort(over.reason);
    running.add(ending);
    const unwatch = takenAway.watch(ref, () => ending.abort(TAKEN));
    return {
      signal,
      wasTaken: () => signal.reason === TAKEN,
      release() {
        running.delete(ending);
        unwatch();
      },
    };
  };
}
