import type { OcrFault } from '@ocrelay/ocr';

/** How a process that had one result, or one page, in hand, and nothing else, ended without an answer, while its parent lived and let it. */
export interface Death {
  /** Its exit code; null when a signal ended it or it never ran. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it had begun with it: before that it cannot have died of it. */
  readonly hasBegun: boolean;
  /** Whether the kernel killed a process for want of memory meanwhile. */
  readonly ranOutOfMemory: boolean;
}

/** What a process gets for what it does itself. All others are sent from outside. */
const OF_ITS_OWN_DOING: ReadonlySet<NodeJS.Signals> = new Set([
  'SIGABRT', // V8 at its heap limit
  'SIGSEGV',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
]);

/**
 * The fault that such a death is. Pure.
 *
 * - It crashed: a worker has died over this before, and now this process of something that only it had in hand.
 * - The kernel's want of memory (a SIGKILL, and its count of such kills has risen): it may need too much, or others
 *   on the machine do. So it counts as a try, and the last one ends the task.
 * - Any other kill, and a process that never began (no room for one, its program replaced by a deploy): no evidence, however
 *   often. The task waits and is tried again; its deadline is the end.
 */
export function afterDeath({ code, signal, hasBegun, ranOutOfMemory }: Death, over: keyof typeof WORDS): OcrFault {
  const died = (reaction: OcrFault['reaction'], what: string): OcrFault => {
    return { reaction, code: 'worker_crashed', message: `${WORDS[over]} ${what}.` };
  };
  const how = signal === null ? `exit code ${code ?? 'unknown'}` : signal;
  if (!hasBegun) return died('wait', `could not begin (${how})`);
  if (signal === 'SIGKILL' && ranOutOfMemory) return died('retry', 'was killed: the system ran out of memory');
  if (signal !== null && !OF_ITS_OWN_DOING.has(signal)) return died('wait', `was killed (${signal})`);
  return died('give_up', `crashed as well (${how})`);
}

const WORDS = {
  result: 'A worker died while it had this result in hand, and the process that read it alone',
  page: 'A worker died while it made the picture of this page, and the process that made it alone',
} as const;
