/** How bad it is: all well; nothing to judge; worth a look, and everything works; something is wrong. */
export type Severity = 'ok' | 'note' | 'warning' | 'problem';

/** What a check has found out about one thing. */
export interface Finding {
  readonly severity: Severity;
  /** One sentence or two, in plain words. */
  readonly message: string;
  /** What to do about it; null when nothing is to be done. */
  readonly remedy: string | null;
  /** Tasks, files or workers that it is about; at most {@link MOST_NAMED}. */
  readonly about: readonly string[];
  /** Checks that need what this one looks at cannot run. */
  readonly stops: boolean;
  /** Mends it, and says what was done; null when that is for people. Safe beside running workers, and to be done twice. */
  readonly repair: (() => Promise<string>) | null;
}

/** Enough to see what they have in common; the message says how many there are. */
export const MOST_NAMED = 20;

type Details = Partial<Pick<Finding, 'about' | 'stops' | 'repair'>>;

/** All is well. */
export function ok(message: string): Finding {
  return finding('ok', message, null, {});
}

/** Nothing that could be well or not. */
export function note(message: string, remedy: string | null = null): Finding {
  return finding('note', message, remedy, {});
}

/** Works, and not as it should. */
export function warning(message: string, remedy: string, details: Details = {}): Finding {
  return finding('warning', message, remedy, details);
}

/** Does not work. */
export function problem(message: string, remedy: string, details: Details = {}): Finding {
  return finding('problem', message, remedy, details);
}

function finding(severity: Severity, message: string, remedy: string | null, details: Details): Finding {
  return { severity, message, remedy, about: [], stops: false, repair: null, ...details };
}

/** `1 task`, `2 tasks`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

/** What an error says, on one line. */
export function reasonOf(error: unknown): string {
  const { message = '', code } = error as { message?: string; code?: string };
  const said = message.trim().replace(/\s*\n\s*/g, ' ');
  return said === '' ? (code ?? String(error)) : said;
}
