import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';

/** Names to values, as a process is given them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of this process, completed by `.env` of the current folder. What is set in the process wins.
 * The only place that reads `process.env`.
 */
export function environment(file = '.env'): Environment {
  const fromFile = existsSync(file) ? parse(readFileSync(file)) : {};
  return { ...fromFile, ...process.env };
}
