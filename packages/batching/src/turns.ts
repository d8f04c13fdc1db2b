/** A few things that are used by one at a time, and those who wait for one, in the order in which they came. */
export interface Turns<T> {
  /** One that is free, once it is the caller's turn; of several the one that is preferred. Rejects with the signal's reason. */
  take(signal: AbortSignal, prefers: (one: T) => boolean): Promise<T>;
  /** Passes what was taken on to who waits longest. */
  give(one: T): void;
}

export function createTurns<T>(all: readonly T[]): Turns<T> {
  const free = [...all];
  const waiting = new Set<(one: T) => void>();
  return {
    async take(signal, prefers) {
      signal.throwIfAborted();
      const preferred = free.findIndex(prefers);
      const [one] = free.splice(Math.max(0, preferred), 1);
      if (one !== undefined) return one;
      return new Promise<T>((resolve, reject) => {
        const onTurn = (given: T) => {
          waiting.delete(onTurn);
          signal.removeEventListener('abort', onAbort);
          resolve(given);
        };
        const onAbort = () => {
          waiting.delete(onTurn);
          reject(signal.reason);
        };
        waiting.add(onTurn);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    give(one) {
      const [next] = waiting;
      if (next === undefined) free.push(one);
      else next(one);
    },
  };
}
