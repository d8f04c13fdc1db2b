import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { type ApiProcess, launchApi } from '../support/api-process.ts';
import { type Received, send } from './connection.ts';
import type { HostileRequest } from './request.ts';

/** The API as a program of its own, under attack, and what it keeps. */
export interface HostileApi {
  readonly url: string;
  readonly process: ApiProcess;
  send(request: HostileRequest): Promise<Received>;
  /** Every file in the store, those that are being written included, by key. */
  files(): Promise<string[]>;
  /** The images that rows know of, by key. */
  known(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startHostileApi(env: Record<string, string> = {}): Promise<HostileApi> {
  const folder = await mkdtemp(join(tmpdir(), 'ocrelay-hostile-'));
  const database = await createTestDatabase();
  const api = await launchApi(database.url, {
    STORAGE_URL: pathToFileURL(folder).href,
    MAX_UPLOAD_BYTES: '1000000',
    ...env,
  });
  const url = await api.listening;
  const sql = new pg.Pool({ connectionString: database.url, max: 1 });
  return {
    url,
    process: api,
    send: (request) => send(Number(new URL(url).port), request),
    async files() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
    },
    async known() {
      const { rows } = await sql.query<{ image_path: string }>('select image_path from tasks order by image_path');
      return rows.map((row) => row.image_path);
    },
    async stop() {
      await api.stop();
      await sql.end();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
