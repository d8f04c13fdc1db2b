import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Postgres, startPostgres } from '../src/postgres/start-postgres.ts';
import { temporaryDataDir } from '../src/temporary-data-dir.ts';

const PASSWORD = 'for-the-tests-only';
let dataDir: string;
let running: Postgres[];

beforeEach(async () => {
  dataDir = await temporaryDataDir('ocrelay-postgres-');
  running = [];
});
afterEach(async () => {
  for (const postgres of running) await postgres.stop(2_000);
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(preferredPort?: number): Promise<Postgres> {
  const postgres = await startPostgres({ dataDir, password: PASSWORD, preferredPort, durable: false, log: () => {} });
  running.push(postgres);
  return postgres;
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows[0];
  } finally {
    await client.end();
  }
}

describe('embedded Postgres', () => {
  test('keeps its data, and its port when that is free, between starts', async () => {
    const first = await start();
    await query(first.url, "create table kept as select '单据' as word");
    await first.stop();
    const second = await start(first.port);
    expect(second.port).toBe(first.port);
    expect(await query(second.url, 'select word from kept')).toEqual({ word: '单据' });
  }, 60_000);

  test('is UTF-8, for 200 connections, in UTC, on loopback only, and asks for the password', async () => {
    const { url } = await start();
    const settings = `select current_setting('server_encoding') as encoding, current_setting('max_connections') as connections,
      current_setting('timezone') as timezone, current_setting('listen_addresses') as listens,
      lower('Ä') = 'ä' as unicode`;
    expect(await query(url, settings)).toEqual({
      encoding: 'UTF8',
      connections: '200',
      timezone: 'UTC',
      listens: '127.0.0.1',
      unicode: true,
    });
    await expect(query(url.replace(/:[^:@]*@/, ':wrong@'), 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
  }, 60_000);

  test('says so when the data was made by another major version', async () => {
    mkdirSync(join(dataDir, 'postgres'));
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '16\n');
    await expect(start()).rejects.toThrow(/was made by Postgres 16, and this one is 18/);
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot(
    "root's cluster lies where the user that Postgres runs as can enter, when the data folder is closed",
    async () => {
      const closed = mkdtempSync(join(tmpdir(), 'ocrelay-closed-'));
      const said: string[] = [];
      try {
        const postgres = await startPostgres({
          dataDir: join(closed, 'data'),
          password: 'x',
          log: (line) => said.push(line),
        });
        await postgres.stop();
        expect(said.join('\n')).toContain(`may not enter ${closed}: its data is in /`);
      } finally {
        rmSync(closed, { recursive: true, force: true });
        const elsewhere = /its data is in (\S+)\/postgres/.exec(said.join('\n'))?.[1];
        if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true, force: true });
      }
    },
  );
});
