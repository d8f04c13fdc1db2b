import { writeFile } from 'node:fs/promises';
import type { LoneReport } from './lone-process.ts';

/** The program of a process that does one thing for a worker: see `lone-process.ts`. */
export function workAlone<Order, Value>(work: (order: Order) => Promise<Value>): void {
  process.once('message', (order: Order) => void obey(order, work));
  process.once('disconnect', () => process.exit(0)); // the worker is gone, killed included
  // Ctrl-C and service managers signal a whole group of processes. Whether this one is still wanted is the worker's to say.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
}

async function obey<Order, Value>(order: Order, work: (order: Order) => Promise<Value>): Promise<void> {
  // When memory runs out, this process is the one to go, and not the worker.
  await writeFile('/proc/self/oom_score_adj', '1000').catch(() => {});
  await say({ type: 'begun' });
  try {
    await say({ type: 'answer', answer: await work(order) });
  } catch (error) {
    await say({ type: 'broke', error });
  }
}

/** Resolves when it was handed over: what is said before a crash must not be lost in it. */
function say(report: LoneReport<unknown>): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(report, undefined, undefined, () => resolve());
  });
}
