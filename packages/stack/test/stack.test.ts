import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { compilePrograms } from '../../../test/support/compiled.ts';
import { isAlive } from '../src/process-identity.ts';
import { temporaryDataDir } from '../src/temporary-data-dir.ts';
import { until } from './until.ts';

interface Started {
  readonly apiUrl: string;
  readonly lines: string[];
}

let program: URL;
let dataDir: string;
let supervisors: ChildProcess[];

beforeAll(() => {
  program = compilePrograms('stack')('stack');
}, 60_000);
beforeEach(async () => {
  dataDir = await temporaryDataDir('ocrelay-stack-');
  supervisors = [];
});
afterEach(async () => {
  for (const supervisor of supervisors) await stop(supervisor);
  await until(() => processesOf(dataDir).length === 0);
  rmSync(dataDir, { recursive: true, force: true });
});

function supervise(env: Record<string, string> = {}): ChildProcess {
  const embedded = { DATABASE_URL: '', REDIS_URL: '', OCR_BASE_URL: '', OCR_TOKEN: '', HOST: '127.0.0.1', PORT: '0' };
  const supervisor = fork(program, {
    env: { ...process.env, ...embedded, DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  supervisors.push(supervisor);
  return supervisor;
}

async function answerOf(supervisor: ChildProcess): Promise<Started & { error?: string }> {
  const [answer] = (await once(supervisor, 'message')) as [Started & { error?: string }];
  return answer;
}

async function stop(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  supervisor.kill('SIGTERM');
  await once(supervisor, 'exit');
}

async function kill(supervisor: ChildProcess): Promise<void> {
  supervisor.kill('SIGKILL');
  await once(supervisor, 'exit');
}

async function seenBy(apiUrl: string): Promise<{ pid: number; env: Record<string, string> }> {
  return (await (await fetch(apiUrl)).json()) as { pid: number; env: Record<string, string> };
}

/** Pids whose environment or command line names the folder: the programs and Postgres with its backends. */
function processesOf(folder: string): number[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' });
  return all
    .split('\n')
    .filter((line) => line.includes(folder))
    .map((line) => Number.parseInt(line, 10));
}

function guardOf(supervisor: ChildProcess): number {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const guard = all
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, ppid, ...args]) => ppid === String(supervisor.pid) && args.includes('ocrelay-postgres-guard'));
  return Number(guard?.[0]);
}

async function runSql(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the stack', () => {
  test('brings what the environment does not name, migrated, and leaves nothing running', async () => {
    const supervisor = supervise();
    const { apiUrl } = await answerOf(supervisor);
    const api = await seenBy(apiUrl);
    const engine = await seenBy(api.env['OCR_BASE_URL'] ?? '');
    expect(engine.env['OCR_TOKEN']).toBe(api.env['OCR_TOKEN']);
    expect(api.env['OCR_TOKEN']).toMatch(/^[0-9a-f]{48}$/);
    expect(api.env['UV_THREADPOOL_SIZE']).toBe('16');
    expect(await runSql(api.env['DATABASE_URL'] ?? '', 'select count(*)::int as tasks from tasks')).toEqual([
      { tasks: 0 },
    ]);
    expect(statSync(join(dataDir, 'stack.json')).mode & 0o777).toBe(0o600);
    await stop(supervisor);
    expect(supervisor.exitCode).toBe(0);
    expect([api.pid, engine.pid].filter(isAlive)).toEqual([]);
    expect(processesOf(dataDir)).toEqual([]);
  }, 60_000);

  test('takes the services that the environment names', async () => {
    const supervisor = supervise({
      OCR_BASE_URL: 'http://127.0.0.1:9/',
      OCR_TOKEN: 'theirs',
      REDIS_URL: 'redis://127.0.0.1:9',
    });
    const { env } = await seenBy((await answerOf(supervisor)).apiUrl);
    expect(env).toMatchObject({
      OCR_BASE_URL: 'http://127.0.0.1:9',
      OCR_TOKEN: 'theirs',
      REDIS_URL: 'redis://127.0.0.1:9',
    });
    await stop(supervisor);
  }, 60_000);

  test('runs once on a data folder, and says where the other one is', async () => {
    const first = supervise();
    await answerOf(first);
    const { error } = await answerOf(supervise());
    expect(error).toContain(`${dataDir} is in use: Ocrelay runs on it as process ${first.pid} since`);
  }, 60_000);

  test('says so when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { error } = await answerOf(supervise({ PORT: String(port) }));
    other.close();
    expect(error).toContain(`cannot listen on 127.0.0.1:${port}: another program listens there`);
  }, 60_000);

  test('when its supervisor is killed everything ends, and the next start finds the data', async () => {
    const supervisor = supervise();
    const { env, pid } = await seenBy((await answerOf(supervisor)).apiUrl);
    await runSql(env['DATABASE_URL'] ?? '', 'create table kept as select 1 as one');
    await kill(supervisor);
    await until(() => !isAlive(pid) && processesOf(dataDir).length === 0);
    const again = await seenBy((await answerOf(supervise())).apiUrl);
    expect(again.env['DATABASE_URL']).toBe(env['DATABASE_URL']);
    expect(again.env['OCR_BASE_URL']).toBe(env['OCR_BASE_URL']);
    expect(await runSql(again.env['DATABASE_URL'] ?? '', 'select one from kept')).toEqual([{ one: 1 }]);
  }, 60_000);

  test('a Postgres that nobody stopped is stopped by the next start', async () => {
    const supervisor = supervise();
    const { env } = await seenBy((await answerOf(supervisor)).apiUrl);
    await runSql(env['DATABASE_URL'] ?? '', 'create table kept as select 1 as one');
    const orphan = Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    process.kill(guardOf(supervisor), 'SIGKILL');
    await kill(supervisor);
    expect(isAlive(orphan)).toBe(true);
    const { apiUrl, lines } = await answerOf(supervise());
    expect(isAlive(orphan)).toBe(false);
    expect(lines).toContain(`postgres stopped the Postgres (pid ${orphan}) that an earlier run had left`);
    const again = await seenBy(apiUrl);
    expect(await runSql(again.env['DATABASE_URL'] ?? '', 'select one from kept')).toEqual([{ one: 1 }]);
  }, 60_000);

  test('when Postgres is killed it comes back where it was', async () => {
    const { env } = await seenBy((await answerOf(supervise())).apiUrl);
    const url = env['DATABASE_URL'] ?? '';
    process.kill(Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10), 'SIGKILL');
    await until(async () => (await runSql(url, 'select 1 as one').catch(() => [])).length === 1);
  }, 60_000);
});
