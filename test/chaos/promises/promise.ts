import type { Evidence } from '../evidence.ts';

/** A promise that was not kept, in one case. */
export interface Broken {
  readonly what: string;
  /** The task that it is about; null where it is about none. */
  readonly taskId: string | null;
}

/** Something that must hold whatever has happened. Pure: the evidence is all there is. */
export interface KeptPromise {
  readonly name: string;
  check(evidence: Evidence): Broken[];
}
