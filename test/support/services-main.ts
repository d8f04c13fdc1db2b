/**
 * The services that all suites share: started when this process starts, stopped and wiped off the disk when the process
 * that forked it goes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startPostgres, temporaryDataDir } from '@ocrelay/stack';
import { createTemplate } from './database.ts';

/** Where Linux keeps files in memory. */
const SHARED_MEMORY = '/dev/shm';
/** A hundred databases, and the log of what was written to them. */
const ROOM_BYTES = 4 * 1024 ** 3;

const folder = await temporaryDataDir('ocrelay-test-', (await hasRoom(SHARED_MEMORY)) ? SHARED_MEMORY : undefined);
const gone = new Promise<void>((resolve) => {
  process.once('disconnect', () => resolve());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
});

const said: string[] = [];
const [postgres, redis] = await Promise.all([
  startPostgres({ dataDir: folder, password: 'test', durable: false, log: (line) => said.push(line) }),
  startRedis(),
]);
await createTemplate(postgres.url);
if (process.connected) process.send?.({ databaseUrl: postgres.url, redisUrl: redis?.url ?? '' });
await gone;
await Promise.all([postgres.stop(2_000), redis?.stop()]);
await rm(folder, { recursive: true, force: true });
process.exit(0);

/** In memory a database is copied in a tenth of the time: it is three hundred files. */
async function hasRoom(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize >= ROOM_BYTES;
  } catch {
    return false;
  }
}

/** Null when there is no redis-server on the PATH. Keeps nothing on disk. */
async function startRedis(): Promise<{ url: string; stop(): Promise<void> } | null> {
  const port = await freePort();
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', join(folder)];
  const child = spawn('redis-server', ['--port', String(port), ...settings], { stdio: ['ignore', 'pipe', 'ignore'] });
  if (!(await answers(child))) return null;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function answers(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(false));
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve(true);
    });
  });
}
