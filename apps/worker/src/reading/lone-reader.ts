/**
 * Reads the results of suspect tasks: those that a worker had in hand when it died.
 *
 * Each is fetched and read in a process of its own, one at a time, so that what kills the process can only be this result.
 * Its memory and time are limited. It ends with its parent, and the parent ends it when the worker stops or the task is
 * taken away; neither says anything about the result. What its death does say is decided by `afterDeath`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, OcrJob, OcrOptions } from '@ocrelay/ocr';
import { afterDeath, type Death } from './after-death.ts';
import type { FetchedReading } from './fetch-reading.ts';
import { outOfMemoryKills } from './out-of-memory.ts';
import { READ_LIMITS, tooMuch } from './result-reader.ts';

export interface LoneReader {
  /**
   * Fetches and reads one result, after those before it.
   * @param signal when it aborts the process is ended, and this throws its reason.
   */
  read(job: OcrJob, signal: AbortSignal, observer?: LoneReadObserver): Promise<Answer<FetchedReading>>;
}

/** Is told what happens to the process, for the log. */
export interface LoneReadObserver {
  started(pid: number): void;
  /** It died, which nobody here wanted. `lastWords`: what it wrote to its standard error; a crash says there what it is. */
  died(lastWords: string): void;
}

/** What the process is to read. */
export interface ReadOrder {
  readonly ocr: OcrOptions;
  readonly job: OcrJob;
}

/** What the process says. */
export type ReadReport =
  /** From here on it touches the result. */
  | { readonly type: 'begun' }
  | { readonly type: 'answer'; readonly answer: Answer<FetchedReading> }
  /** Something was thrown: it broke, and did not crash. */
  | { readonly type: 'broke'; readonly error: unknown };

/** What starting the process and handing the reading over may take on a busy machine, ms. */
const MARGIN_MS = 60_000;
/** Enough for what V8 says of its end. */
const LAST_WORDS_LENGTH = 2_000;

/**
 * @param program where the process's program was built to.
 * @param ocr how the process reaches the OCR service.
 */
export function createLoneReader(program: URL, ocr: OcrOptions, limits = READ_LIMITS): LoneReader {
  // The OCR client gives a fetch up by itself, so only what comes after it is ours to limit.
  const fetchMs = ocr.connectTimeoutMs + 2 * ocr.requestTimeoutMs;
  const takeTurn = createTurns();
  return {
    async read(job, signal, observer) {
      const leave = await takeTurn(signal);
      try {
        signal.throwIfAborted();
        const killsBefore = await outOfMemoryKills();
        const ended = await readInProcess(program, { ocr, job }, limits.heapMb, {
          signal,
          limitMs: fetchMs + limits.ms + MARGIN_MS,
          onStart: (pid) => observer?.started(pid),
        });
        if (ended.report?.type === 'answer') return ended.report.answer;
        if (ended.report?.type === 'broke') throw new Error('reading alone broke', { cause: ended.report.error });
        signal.throwIfAborted();
        if (ended.isLate) return tooMuch(`more than ${limits.ms} ms`);
        observer?.died(ended.lastWords);
        const kills = await outOfMemoryKills();
        const ranOutOfMemory = killsBefore !== null && kills !== null && kills > killsBefore;
        return { ok: false, fault: afterDeath({ ...ended, ranOutOfMemory }) };
      } finally {
        leave();
      }
    },
  };
}

interface Ended extends Omit<Death, 'ranOutOfMemory'> {
  /** What it said last; null when it died before. */
  readonly report: Exclude<ReadReport, { type: 'begun' }> | null;
  /** It was ended for the time it took. */
  readonly isLate: boolean;
  readonly lastWords: string;
}

/** Runs the process to its end, which comes by itself, by `signal`, by its time limit, or when it has answered. */
async function readInProcess(
  program: URL,
  order: ReadOrder,
  heapMb: number,
  run: { signal: AbortSignal; limitMs: number; onStart: (pid: number) => void },
): Promise<Ended> {
  let child: ChildProcess;
  try {
    child = fork(fileURLToPath(program), {
      execArgv: [`--max-old-space-size=${heapMb}`, '--enable-source-maps'],
      serialization: 'advanced', // results are bytes
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
  let report: Ended['report'] = null;
  const kill = () => void child.kill('SIGKILL');
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, run.limitMs);
  run.signal.addEventListener('abort', kill, { once: true });
  child.on('message', (said: ReadReport) => {
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

/** One after the other, in the order in which they came. */
function createTurns(): (signal: AbortSignal) => Promise<() => void> {
  let last: Promise<void> = Promise.resolve();
  return async (signal) => {
    const before = last;
    let leave: () => void = () => {};
    const mine = new Promise<void>((resolve) => {
      leave = resolve;
    });
    last = before.then(() => mine);
    let stopWaiting: () => void = () => {};
    const aborted = new Promise<void>((resolve) => {
      stopWaiting = resolve;
    });
    if (signal.aborted) stopWaiting();
    signal.addEventListener('abort', stopWaiting, { once: true });
    await Promise.race([before, aborted]);
    signal.removeEventListener('abort', stopWaiting);
    return leave;
  };
}
