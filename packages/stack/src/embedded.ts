import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirHolder, lockDataDir } from './data-lock.ts';
import { clusterFolder } from './postgres/cluster-folder.ts';
import { postgresUrl, startPostgres } from './postgres/start-postgres.ts';
import { readState } from './state.ts';

/** Where an embedded OCR engine listens. The token is a secret. */
export interface EmbeddedEngine {
  readonly url: string;
  readonly token: string;
}

/** The embedded parts of a data folder, for who looks into them without being `npm start`. */
export type Embedded =
  /** Nothing has ever been started on the folder. */
  | { readonly kind: 'none' }
  /** A supervisor has the folder. What it has not started yet, or not itself, is null. */
  | {
      readonly kind: 'running';
      readonly pid: number;
      readonly since: string;
      readonly databaseUrl: string | null;
      readonly engine: EmbeddedEngine | null;
    }
  /** Nobody has the folder; Postgres was started for the caller, who has it, and the folder, until `close`. */
  | { readonly kind: 'stopped'; readonly databaseUrl: string; close(): Promise<void> };

/** What runs on the folder now; null when nobody has it. */
export function runningOn(dataDir: string): Extract<Embedded, { kind: 'running' }> | null {
  const holder = dataDirHolder(dataDir);
  if (holder === null) return null;
  const state = readState(dataDir) ?? {};
  const { postgresPassword, postgresPort, ocrToken, enginePort } = state;
  return {
    kind: 'running',
    pid: holder.pid,
    since: holder.since,
    databaseUrl:
      postgresPassword === undefined || postgresPort === undefined ? null : postgresUrl(postgresPassword, postgresPort),
    engine:
      ocrToken === undefined || enginePort === undefined
        ? null
        : { url: `http://127.0.0.1:${enginePort}`, token: ocrToken },
  };
}

/**
 * The folder's Postgres, to be looked into: the one that runs, or one that is started for it, under the folder's lock, so
 * that there are never two. Makes no cluster.
 * @throws DataDirInUse when a supervisor takes the folder in this moment; DataDirUnusable, Error that says what to do.
 */
export async function openEmbedded(dataDir: string): Promise<Embedded> {
  const running = runningOn(dataDir);
  if (running !== null) return running;
  if (!existsSync(dataDir)) return { kind: 'none' };
  const cluster = await clusterFolder(dataDir, () => {});
  if (!existsSync(join(cluster, 'PG_VERSION'))) return { kind: 'none' };
  const lock = lockDataDir(dataDir);
  try {
    const state = readState(dataDir);
    if (state?.postgresPassword === undefined) return { kind: 'none' };
    const postgres = await startPostgres({
      dataDir,
      password: state.postgresPassword,
      preferredPort: state.postgresPort,
      log: () => {},
    });
    return {
      kind: 'stopped',
      databaseUrl: postgres.url,
      async close() {
        await postgres.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
