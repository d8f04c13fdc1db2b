/**
 * A program that is kept up: when it ends by itself it is started again, after a pause that doubles while it keeps
 * ending early. Ends with `stop`, or for good with an exit code that says that starting again is no use.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { EX_CONFIG } from '@ocrelay/config';
import { type Child, type ChildOptions, type Exit, forkChild } from './child-process.ts';

export interface SupervisedOptions extends ChildOptions {
  readonly name: string;
  /** How long a start may take, in ms. */
  readonly readyMs: number;
  /** False: its end is reported and nothing more. */
  readonly restart: boolean;
  /** It has ended without having been asked to; `restartInMs` is null when it stays down. */
  onEnd(exit: Exit, restartInMs: number | null): void;
}

export interface Supervised {
  readonly name: string;
  /** The port it listens on; null for one that does not. It gets the same one when it is started again. */
  readonly port: number | null;
  /** SIGTERM, and SIGKILL after `graceMs`. Resolves when it has ended. */
  stop(graceMs: number): Promise<void>;
}

/** A program that did not get as far as being ready. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly exitCode: number | null;
  constructor(message: string, exitCode: number | null) {
    super(message);
    this.exitCode = exitCode;
  }
}

const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** One that has been up for this long is started again at once. */
const STEADY_MS = 60_000;
const LAST_LINES = 15;

/**
 * Starts the program and waits until it says that it is ready.
 * @param stopping ends the wait, and the program.
 * @throws StartError with its last lines when it ends before that or takes longer than `readyMs`.
 */
export async function startSupervised(options: SupervisedOptions, stopping: AbortSignal): Promise<Supervised> {
  const first = run(options, null);
  const port = await untilReady(options, first, stopping);
  let current: Run | null = first;
  const halt = new AbortController();

  const keepUp = async (): Promise<void> => {
    for (let early = 0; ; ) {
      if (current === null) return;
      const startedAt = performance.now();
      const exit = await current.child.ended;
      current = null;
      if (halt.signal.aborted) return;
      early = performance.now() - startedAt > STEADY_MS ? 0 : early + 1;
      if (!options.restart || exit.code === EX_CONFIG) return options.onEnd(exit, null);
      const pauseMs = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** (early - 1));
      options.onEnd(exit, pauseMs);
      await sleep(pauseMs, undefined, { signal: halt.signal }).catch(() => {});
      if (halt.signal.aborted) return;
      current = run(options, port);
    }
  };
  const kept = keepUp();
  return {
    name: options.name,
    port,
    stop: async (graceMs) => {
      halt.abort();
      if (current !== null) await endChild(current.child, graceMs);
      await kept;
    },
  };
}

interface Run {
  readonly child: Child;
  readonly lastLines: string[];
}

function run(options: SupervisedOptions, port: number | null): Run {
  const lastLines: string[] = [];
  const child = forkChild({
    entry: options.entry,
    env: port === null ? options.env : { ...options.env, PORT: String(port) },
    onLine: (line) => {
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      options.onLine(line);
    },
  });
  return { child, lastLines };
}

async function untilReady(
  options: SupervisedOptions,
  { child, lastLines }: Run,
  stopping: AbortSignal,
): Promise<number | null> {
  const over = new AbortController();
  const abandoned = new Promise<'stopping'>((resolve) => {
    if (stopping.aborted) resolve('stopping');
    stopping.addEventListener('abort', () => resolve('stopping'), { once: true, signal: over.signal });
  });
  const late = sleep(options.readyMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const);
  const outcome = await Promise.race([child.firstWord, late, abandoned]);
  over.abort();
  if (typeof outcome === 'object' && 'type' in outcome) return outcome.type === 'listening' ? outcome.port : null;
  await endChild(child, outcome === 'stopping' ? 3_000 : 0);
  if (outcome === 'stopping') throw new StartError(`${options.name} was stopped while it started`, null);
  const what =
    outcome === 'late'
      ? `was not ready after ${options.readyMs / 1000} s`
      : `ended at its start (${describeExit(outcome)})`;
  throw new StartError(
    [`${options.name} ${what}`, ...lastLines].join('\n  '),
    outcome === 'late' ? null : outcome.code,
  );
}

async function endChild(child: Child, graceMs: number): Promise<void> {
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await child.ended;
  clearTimeout(limit);
}

/** For people: `exit code 1`, `SIGKILL`. */
export function describeExit(exit: Exit): string {
  return exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
}
