import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

/** How a process logs. */
export interface LogOptions {
  /** The program's name, on every line. */
  readonly name: string;
  readonly level: string;
  readonly format: 'pretty' | 'json';
}

/**
 * Where a secret could come in by accident: as a field of what is logged, however deep, and in any case, as the names of headers come.
 * Code never logs tokens on purpose; this is the gate behind it.
 */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'token',
  'api_key',
  'apikey',
  'password',
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'databaseurl',
  'redisurl',
  'connectionstring',
]);
const isSecret = (name: string) => SECRET_FIELDS.has(name.toLowerCase());
const HAS_SECRET_FIELD = new RegExp(`"(?:${[...SECRET_FIELDS].join('|')})":`, 'i');

/**
 * A line without its secrets. It is looked at as the text that it will be, and taken apart only where that has such a field: pino's own
 * `redact` looks for each name at each depth in every line, which takes twenty times as long as to write the line.
 */
function withoutSecrets(line: string): string {
  if (!HAS_SECRET_FIELD.test(line)) return line;
  return `${JSON.stringify(redacted(line))}\n`;
}

/** Of a line that is nested too deep to be searched (some thousand levels) only the fields at its top that are plain values. */
function redacted(line: string): unknown {
  try {
    return JSON.parse(line, (name, value) => (isSecret(name) ? '[redacted]' : value));
  } catch {
    const plain = Object.entries(JSON.parse(line)).filter(
      ([name, value]) => !isSecret(name) && typeof value !== 'object',
    );
    return Object.fromEntries(plain);
  }
}

/**
 * Lines go out in the background, so that a reader who stands still holds nobody up; at the end of the process what is left
 * goes out at once. sonic-boom then tries a broken pipe again for ever: where it led to the supervisor, and the supervisor
 * is gone, nothing is written any more.
 */
function standardOutput(): pino.DestinationStream {
  const out = pino.destination({ dest: 1, sync: false });
  const flush = out.flushSync.bind(out);
  out.flushSync = () => {
    if (process.connected !== false) flush();
  };
  return out;
}

/** The logger of a process: JSON lines, or lines for people. Secrets are redacted. */
export function createLogger(options: LogOptions): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    hooks: { streamWrite: withoutSecrets },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    base: { name: options.name, pid: process.pid },
  };
  if (options.format === 'json') return pino(settings, standardOutput());
  return pino(settings, pretty({ sync: true, singleLine: true, ignore: 'pid,name', translateTime: 'SYS:HH:MM:ss.l' }));
}
