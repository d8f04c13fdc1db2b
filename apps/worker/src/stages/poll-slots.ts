/**
 * Polls share their slots. A worker has so many of them; while no poll waits in the queue, each keeps its slot and loops.
 * While some wait, polls become short and go to the tail of the queue after one round, so a job that has finished never
 * stands behind the long polls of jobs that have not.
 */

/** What one running poll has. */
export interface Slot {
  /** Aborts when the worker stops, or when others wait for the slot. */
  readonly signal: AbortSignal;
  /** How long the next long poll may take, ms. */
  timeoutMs(): number;
  /** Whether others wait for the slot. */
  mustYield(): boolean;
  leave(): void;
}

export interface PollSlots {
  take(signal: AbortSignal): Slot;
  close(): void;
}

/** The least that a long poll is worth, ms. */
const SHORTEST_POLL_MS = 1_000;
/** The most that a poll gets while others wait, however few: a job that has finished may be among them, ms. */
const MOST_SHARED_MS = 5_000;
const LOOK_MS = 1_000;

interface Taken {
  readonly yielding: AbortController;
  readonly since: number;
  /** What its poll under way was given, ms. */
  pollMs: number;
}

/**
 * @param slots how many polls this worker holds at once.
 * @param waitingCount how many polls wait in the queue; asked only while all slots are taken.
 */
export function createPollSlots(slots: number, pollMs: number, waitingCount: () => Promise<number>): PollSlots {
  const taken = new Set<Taken>();
  let waiting = 0;
  let looking = false;

  const look = async () => {
    if (taken.size < slots) {
      waiting = 0;
      return;
    }
    if (looking) return;
    looking = true;
    try {
      waiting = await waitingCount();
      cutLongest();
    } catch {
      waiting = 0; // the queue is away: nobody can take a slot anyway
    } finally {
      looking = false;
    }
  };
  /**
   * As many as wait, those first that have had a slot longest; each has had it for as long as a poll is worth at least. A poll
   * that was short from the start is left to its own time-out: cut again and again, one that hangs would never count.
   */
  const cutLongest = () => {
    const now = performance.now();
    let cut = waiting;
    for (const one of taken) {
      if (cut <= 0 || now - one.since < SHORTEST_POLL_MS) break; // in the order of their coming
      if (one.pollMs <= shareMs() * 2) continue;
      one.yielding.abort();
      cut -= 1;
    }
  };
  const shareMs = () =>
    Math.min(pollMs, MOST_SHARED_MS, Math.max(SHORTEST_POLL_MS, (pollMs * slots) / (slots + waiting)));
  const timer = setInterval(() => void look(), LOOK_MS).unref();

  return {
    take(signal) {
      const one: Taken = { yielding: new AbortController(), since: performance.now(), pollMs: 0 };
      const stop = () => one.yielding.abort(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      taken.add(one);
      return {
        signal: one.yielding.signal,
        timeoutMs() {
          one.pollMs = waiting === 0 ? pollMs : Math.round(shareMs());
          return one.pollMs;
        },
        mustYield: () => one.yielding.signal.aborted || waiting > 0,
        leave() {
          signal.removeEventListener('abort', stop);
          taken.delete(one);
        },
      };
    },
    close: () => clearInterval(timer),
  };
}
