import { MOST_NAMED } from './finding.ts';

/** Counts all, and keeps the names of the first few: memory stays small however much is wrong. */
export interface Named {
  readonly count: number;
  readonly names: readonly string[];
  add(name: string): void;
}

/** Counts from nothing. */
export function createNamed(): Named {
  const names: string[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    names,
    add(name) {
      count += 1;
      if (names.length < MOST_NAMED) names.push(name);
    },
  };
}
