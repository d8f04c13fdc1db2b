import { type ChildProcess, fork } from 'node:child_process';
import type { ChildMessage } from '@ocrelay/lifecycle';
import { onLines } from './lines.ts';

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One run of a program. */
export interface Child {
  readonly pid: number | undefined;
  /** Resolves with what it said first, or with how it ended before it said anything. */
  readonly firstWord: Promise<ChildMessage | Exit>;
  readonly ended: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
}

/** What to run. */
export interface ChildOptions {
  readonly entry: URL;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Each line it writes, to stdout or stderr. */
  onLine(line: string): void;
}

/**
 * Starts a Node program. It is out of the reach of the terminal's Ctrl-C, since its order of stopping is the
 * supervisor's to decide, and holds a pipe to this process that the system closes when this process dies.
 */
export function forkChild(options: ChildOptions): Child {
  const child = fork(options.entry, {
    env: options.env,
    execArgv: ['--enable-source-maps'],
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = untilEnded(child);
  const spoken = new Promise<ChildMessage>((resolve) => {
    child.on('message', (message) => {
      if (isChildMessage(message)) resolve(message);
    });
  });
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) onLines(stream, options.onLine);
  return {
    pid: child.pid,
    firstWord: Promise.race([spoken, ended]),
    ended,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

/** `close` and not `exit`: then its last words have been read. A grandchild that holds the pipes must not hold us. */
function untilEnded(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('exit', (code, signal) => setTimeout(() => resolve({ code, signal }), 1_000).unref());
  });
}

function isChildMessage(message: unknown): message is ChildMessage {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return (
    message.type === 'ready' || (message.type === 'listening' && 'port' in message && typeof message.port === 'number')
  );
}
