/** A thread for tests, that does what it is told. */
import { type MessagePort, threadId } from 'node:worker_threads';

export type Told =
  | { readonly kind: 'answer' | 'hang' | 'eat memory' | 'throw' }
  | { readonly kind: 'say hello'; readonly port: MessagePort };

/** @returns which thread it was */
export default function work(told: Told): number {
  if (told.kind === 'hang') for (;;);
  if (told.kind === 'eat memory') eatMemory();
  if (told.kind === 'throw') throw new RangeError('as it was told');
  if (told.kind === 'say hello') told.port.postMessage('hello');
  return threadId;
}

function eatMemory(): never {
  const eaten: unknown[] = [];
  for (;;) eaten.push(new Array(1_000_000).fill(0)); // few large pieces: many small ones are collected again and again
}
