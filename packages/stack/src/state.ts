import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DataDirUnusable } from './data-dir-unusable.ts';

/** What the embedded parts keep from one start to the next. Secrets: the file is readable by its owner only. */
export interface StackState {
  readonly postgresPassword: string;
  readonly ocrToken: string;
  /** The last ones. Kept while they are free, so that tasks in flight find the engine again where it was. */
  readonly postgresPort?: number;
  readonly enginePort?: number;
}

/** Reads the state of a data folder; makes up the secrets on the first time. */
export function loadState(dataDir: string): StackState {
  const state = readState(dataDir) ?? {};
  const complete: StackState = {
    ...state,
    postgresPassword: state.postgresPassword ?? secret(),
    ocrToken: state.ocrToken ?? secret(),
  };
  if (JSON.stringify(complete) !== JSON.stringify(state)) saveState(dataDir, complete);
  return complete;
}

/**
 * The state as it is; null when there is none yet.
 * @throws DataDirUnusable when it cannot be read, or is missing where there is a database.
 */
export function readState(dataDir: string): Partial<StackState> | null {
  try {
    return JSON.parse(readFileSync(stateFile(dataDir), 'utf8')) as Partial<StackState>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new DataDirUnusable(
        `${stateFile(dataDir)} cannot be read (${String(error)}). It holds the password of the embedded Postgres: restore it from a backup, or move ${dataDir} away to begin anew.`,
      );
    }
    if (existsSync(join(dataDir, 'postgres', 'PG_VERSION'))) {
      throw new DataDirUnusable(
        `${stateFile(dataDir)} is missing. It holds the password of the embedded Postgres in ${dataDir}: restore it from a backup, or move ${dataDir} away to begin anew.`,
      );
    }
    return null;
  }
}

/** Replaces the state as a whole: a crash leaves the old one or the new one. */
export function saveState(dataDir: string, state: StackState): void {
  const draft = `${stateFile(dataDir)}.draft`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  const file = openSync(draft, 'r');
  fsyncSync(file); // or a power cut could leave it renamed, and empty
  closeSync(file);
  renameSync(draft, stateFile(dataDir));
}

function stateFile(dataDir: string): string {
  return join(dataDir, 'stack.json');
}

function secret(): string {
  return randomBytes(24).toString('hex');
}
