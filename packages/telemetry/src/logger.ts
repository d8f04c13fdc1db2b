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
 * Where a secret could come in by accident: as a field of what is logged, at any of the usual depths. Code never logs
 * tokens on purpose; this is the gate behind it.
 */
const SECRET_FIELDS = [
  'token',
  'api_key',
  'apiKey',
  'password',
  'authorization',
  'cookie',
  '["x-api-key"]',
  'databaseUrl',
  'redisUrl',
  'connectionString',
];
const SECRETS = SECRET_FIELDS.flatMap((field) => {
  const path = field.startsWith('[') ? field : `.${field}`;
  return [path.replace(/^\./, ''), `*${path}`, `*.*${path}`];
});

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
    redact: { paths: SECRETS, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    base: { name: options.name, pid: process.pid },
  };
  if (options.format === 'json') return pino(settings, standardOutput());
  return pino(settings, pretty({ sync: true, singleLine: true, ignore: 'pid,name', translateTime: 'SYS:HH:MM:ss.l' }));
}
