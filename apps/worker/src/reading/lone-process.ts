/**
 * Does one thing at a time in a process of its own, so that what kills the process can only be that. Its memory and time are
 * limited. It ends with its parent, and the parent ends it when it is not wanted any more; neither says anything about the thing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createTurns } from '@ocrelay/batching';
import type { Death } from './after-death.ts';
import { outOfMemoryKills } from './out-of-memory.ts';

/** A program that does what it is ordered to, and answers: see `work-alone.ts`. */
export interface LoneProcess<Order, Value> {
  /**
   * Does one thing, after those before it.
   * @param signal when it aborts the process is ended, and this throws its reason.
   * @throws Error when the work was thrown out of: it broke, and did not crash.
   */
  run(order: Order, signal: AbortSignal, observer?: LoneObserver): Promise<LoneEnd<Value>>;
}

/** How it came out. */
export type LoneEnd<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  /** It was ended for the time it took. */
  | { readonly kind: 'late' }
  | { readonly kind: 'died'; readonly death: Death };

/** Is told what happens to the process, for the log. */
export interface LoneObserver {
  started(pid: number): void;
  /** It died, which nobody here wanted. `lastWords`: what it wrote to its standard error; a crash says there what it is. */
  died(lastWords: string): void;
}

/** What the process says. */
export type LoneReport<Value> =
  /** From here on it touches the thing. */
  | { readonly type: 'begun' }
  | { readonly type: 'answer'; readonly answer: Value }
  /** Something was thrown: it broke, and did not crash. */
  | { readonly type: 'broke'; readonly error: unknown };

/** What one thing may take. */
export interface LoneLimits {
  readonly heapMb: number;
  /** Of the work itself. */
  readonly ms: number;
}

/** What starting the process and handing the order over may take on a busy machine, ms. */
const MARGIN_MS = 60_000;
/** Enough for what V8 says of its end. */
const LAST_WORDS_LENGTH = 2_000;

/** @param program where the process's program was built to. */
export function createLoneProcess<Order extends object, Value>(
  program: URL,
  { heapMb, ms }: LoneLimits,
): LoneProcess<Order, Value> {
  const turns = createTurns([program]);
  return {
    async run(order, signal, observer) {
      const one = await turns.take(signal, () => true);
      try {
        const killsBefore = await outOfMemoryKills();
        signal.throwIfAborted(); // while that was read: nobody would hear it later
        const ended = await runToItsEnd<Value>(program, order, heapMb, {
          signal,
          limitMs: ms + MARGIN_MS,
          onStart: (pid) => observer?.started(pid),
        });
        if (ended.report?.type === 'answer') return { kind: 'done', value: ended.report.answer };
        if (ended.report?.type === 'broke') throw new Error('working alone broke', { cause: ended.report.error });
        signal.throwIfAborted();
        if (ended.isLate) return { kind: 'late' };
        observer?.died(ended.lastWords);
        const kills = await outOfMemoryKills();
        const ranOutOfMemory = killsBefore !== null && kills !== null && kills > killsBefore;
        return { kind: 'died', death: { ...ended, ranOutOfMemory } };
      } finally {
        turns.give(one);
      }
    },
  };
}

interface Ended<Value> extends Omit<Death, 'ranOutOfMemory'> {
  /** What it said last; null when it died before. */
  readonly report: Exclude<LoneReport<Value>, { type: 'begun' }> | null;
  readonly isLate: boolean;
  readonly lastWords: string;
}

/** Runs the process to its end, which comes by itself, by `signal`, by its time limit, or when it has answered. */
async function runToItsEnd<Value>(
  program: URL,
  order: object,
  heapMb: number,
  run: { signal: AbortSignal; limitMs: number; onStart: (pid: number) => void },
): Promise<Ended<Value>> {
  let child: ChildProcess;
  try {
    child = fork(fileURLToPath(program), {
      execArgv: [`--max-old-space-size=${heapMb}`, '--enable-source-maps'],
      serialization: 'advanced', // what goes to and fro is bytes
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  } catch (error) {
    // There is no memory for one.
    return { code: null, signal: null, hasBegun: false, report: null, isLate: false, lastWords: String(error) };
  }
  let lastWords = '';
  child.stderr?.on('data', (data: Buffer) => {
    lastWords = (lastWords + data.toString()).slice(0, LAST_WORDS_LENGTH);
  });
  let hasBegun = false;
  let isLate = false;
  let report: Ended<Value>['report'] = null;
  const kill = () => void child.kill('SIGKILL');
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, run.limitMs);
  run.signal.addEventListener('abort', kill, { once: true });
  child.on('message', (said: LoneReport<Value>) => {
    if (said.type === 'begun') {
      hasBegun = true;
      return;
    }
    report = said;
    kill(); // it has nothing more to do
  });
  // 'close' comes after everything that it said was read; 'exit' may come before.
  const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('close', (code, signal) => resolve([code, signal]));
    child.on('error', () => child.pid === undefined && resolve([null, null]));
  });
  try {
    child.send(order, () => {}); // what cannot be sent shows in how it ends
    if (child.pid !== undefined) run.onStart(child.pid);
    const [code, signal] = await closed;
    return { code, signal, hasBegun, report, isLate, lastWords };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', kill);
  }
}
