/** Work that was given up for what it took: asked for again, it would take as much, and end in the same way. */
export interface GivenUp {
  /** Whether this was given up lately. */
  has(key: string): boolean;
  note(key: string): void;
}

/** A thread's time may have been short because the machine was busy, so it is tried again some day. */
const FOR_MS = 10 * 60_000;
/** Of several that are noted, the oldest are forgotten first. */
const MOST = 1_000;

export function createGivenUp(now: () => number = () => performance.now(), most = MOST): GivenUp {
  const until = new Map<string, number>();
  return {
    has: (key) => (until.get(key) ?? Number.NEGATIVE_INFINITY) > now(),
    note(key) {
      until.delete(key);
      until.set(key, now() + FOR_MS);
      const [oldest] = until.keys();
      if (until.size > most && oldest !== undefined) until.delete(oldest);
    },
  };
}
