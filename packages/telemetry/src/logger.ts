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
  if (options.format === 'json') return pino(settings);
  return pino(settings, pretty({ sync: true, singleLine: true, ignore: 'pid,name', translateTime: 'SYS:HH:MM:ss.l' }));
}
