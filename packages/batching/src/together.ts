/** How large batches may get, and how many may be under way; what comes meanwhile goes into the next one. */
export interface TogetherOptions {
  readonly mostAtOnce: number;
  readonly underWay: number;
}

/**
 * Makes a function that does one thing out of one that does many: what is asked for in the same moment, or while
 * batches are under way, is done together.
 * @param work answers for each item, in order. When it throws, everyone of that batch gets the error.
 */
export function together<Item, Answer>(
  work: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { mostAtOnce, underWay }: TogetherOptions,
): (item: Item) => Promise<Answer> {
  interface Asked {
    readonly item: Item;
    resolve(answer: Answer): void;
    reject(error: unknown): void;
  }
  let asked: Asked[] = [];
  let running = 0;
  const next = async () => {
    if (asked.length === 0 || running >= underWay) return;
    const batch = asked.slice(0, mostAtOnce);
    asked = asked.slice(mostAtOnce);
    running += 1;
    try {
      const answering = work(batch.map(({ item }) => item));
      void next(); // what is more than one batch need not wait for this one
      const answers = await answering;
      batch.forEach(({ resolve }, index) => {
        resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      running -= 1;
      void next();
    }
  };
  return (item) =>
    new Promise((resolve, reject) => {
      asked.push({ item, resolve, reject });
      if (asked.length === 1) setImmediate(() => void next());
    });
}
