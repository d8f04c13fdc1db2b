import { createHash } from 'node:crypto';

/** An `ETag` of what an answer is made from, known before it is made: whatever else it is made from must be in there. */
export function tagOf(made: readonly unknown[]): string {
  return `"${createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 40)}"`;
}
