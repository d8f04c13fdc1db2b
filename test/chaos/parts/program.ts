import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program of the build as a supervisor keeps it: down only while a fault wants it to be. */
export interface Program {
  readonly name: string;
  readonly pid: number | undefined;
  /** When the process that is up now was started, ms on `performance.now()`'s clock. */
  readonly startedAtMs: number;
  /** What it did that no fault accounts for: it ended without having been told to, or a request broke. */
  readonly surprises: readonly string[];
  /** The last lines that it logged, whichever process of it. */
  readonly log: readonly string[];
  /** @param env on top of what it always has. */
  start(env?: Readonly<Record<string, string>>): void;
  /** Resolves when it has said that it is up. */
  ready(limitMs: number): Promise<void>;
  /** SIGKILL, or SIGTERM and SIGKILL after 15 s. Resolves when it has ended; it stays down. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  freeze(): void;
  thaw(): void;
  tell(message: Record<string, unknown>): void;
}

/** What the API logs of an error that it does not know; an outage is none. */
const REQUEST_BROKE = '"msg":"request broke"';
const LINES_KEPT = 20_000;
const RESTART_MS = 500;
const GRACE_MS = 15_000;

export function createProgram(
  name: string,
  entry: string,
  always: Readonly<Record<string, string>>,
  onLine: (line: string) => void = () => {},
): Program {
  const surprises: string[] = [];
  const log: string[] = [];
  let child: ChildProcess | null = null;
  let startedAtMs = 0;
  let isUp = false;
  let mayEnd = true;

  const program: Program = {
    name,
    surprises,
    log,
    get pid() {
      return child?.pid;
    },
    get startedAtMs() {
      return startedAtMs;
    },
    start(env = {}) {
      mayEnd = false;
      isUp = false;
      startedAtMs = performance.now();
      // Out of the reach of Ctrl-C: the order in which things stop is ours.
      const started = fork(entry, {
        env: { ...process.env, ...always, ...env },
        detached: true,
        execArgv: ['--enable-source-maps'],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      child = started;
      started.on('message', ({ type }: { type?: string }) => {
        if (type === 'ready' || type === 'listening') isUp = true;
      });
      started.on('error', () => {}); // a message to one that has just been killed
      for (const stream of [started.stdout, started.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          if (log.length >= LINES_KEPT) log.splice(0, LINES_KEPT / 10);
          log.push(line);
          onLine(line);
          if (line.includes(REQUEST_BROKE)) surprises.push(`${name} ${line.slice(0, 2_000)}`);
        });
      }
      started.once('exit', (code, signal) => {
        if (child !== started) return;
        isUp = false;
        if (mayEnd) return;
        surprises.push(`${name} ended by itself (${signal ?? `exit code ${code}`})\n${log.slice(-15).join('\n')}`);
        setTimeout(() => {
          if (!mayEnd && child === started) program.start(env);
        }, RESTART_MS);
      });
    },
    async ready(limitMs) {
      const untilMs = performance.now() + limitMs;
      while (!isUp) {
        if (performance.now() > untilMs) throw new Error(`${name} was not up within ${limitMs / 1000} s`);
        await sleep(20);
      }
    },
    async end(signal) {
      mayEnd = true;
      isUp = false;
      const ending = child;
      if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill(signal);
      const hard = setTimeout(() => {
        surprises.push(`${name} did not end within ${GRACE_MS / 1000} s of ${signal}`);
        ending.kill('SIGKILL');
      }, GRACE_MS);
      await ended;
      clearTimeout(hard);
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    tell: (message) => {
      if (child?.connected === true) child.send(message, () => {});
    },
  };
  return program;
}
