/** A thread for tests: it reads pages as programs' threads do, and lives through nothing when it is told so. */
import { workOnPages } from '../../src/index.ts';

type Order = Parameters<typeof workOnPages>[0];

/** Instead of a document; what a hostile one would make the thread do. */
const HANG = 'hang';
const EAT_MEMORY = 'eat memory';

export default function work(order: Order): ReturnType<typeof workOnPages> {
  if (order.kind !== 'read') {
    const text = Buffer.from(order.bytes).toString('latin1', 0, 20);
    if (text === HANG) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // for ever; a page hangs in a busy loop
    if (text === EAT_MEMORY) eatMemory();
  }
  if (order.kind === 'read' && order.page === 66) for (;;);
  if (order.kind === 'read' && order.page === 67) eatMemory();
  return workOnPages(order);
}

function eatMemory(): never {
  const eaten: unknown[] = [];
  for (;;) eaten.push(new Array(1_000_000).fill(0)); // few large pieces: many small ones are collected again and again
}
