import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { compilePrograms } from '../../../test/support/compiled.ts';
import { freePort } from '../src/port-taken.ts';
import { type Supervised, type SupervisedOptions, startSupervised } from '../src/supervision/supervised.ts';
import { until } from './until.ts';

const never = new AbortController().signal;
let entry: URL;
let running: Supervised[] = [];
let ends: Array<{ code: number | null; restarts: boolean }> = [];
let lines: string[] = [];

beforeAll(() => {
  entry = compilePrograms('stack')('child');
}, 60_000);
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop(0)));
  running = [];
  ends = [];
  lines = [];
});

function options(mode: string, more: Partial<SupervisedOptions> = {}): SupervisedOptions {
  return {
    name: 'child',
    entry,
    env: { ...process.env, PORT: '0', CHILD_MODE: mode },
    readyMs: 30_000,
    restart: true,
    onLine: (line) => lines.push(line),
    onEnd: ({ code }, restartInMs) => ends.push({ code, restarts: restartInMs !== null }),
    ...more,
  };
}

async function start(mode = '', more: Partial<SupervisedOptions> = {}): Promise<Supervised> {
  const supervised = await startSupervised(options(mode, more), never);
  running.push(supervised);
  return supervised;
}

async function pidAt(port: number | null): Promise<number | null> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    async (response) => ((await response.json()) as { pid: number }).pid,
    () => null,
  );
}

describe('a supervised program', () => {
  test('is started again on the same port when it ends by itself', async () => {
    const PORT = String(await freePort());
    const { port } = await start('', { env: { ...options('').env, PORT } });
    expect(String(port)).toBe(PORT);
    const before = await pidAt(port);
    await fetch(`http://127.0.0.1:${port}/crash`).catch(() => {});
    await until(async () => (await pidAt(port)) !== null);
    expect(await pidAt(port)).not.toBe(before);
    expect(ends).toEqual([{ code: 3, restarts: true }]);
  }, 30_000);

  test('stays down, and that is told, when it is not to be started again', async () => {
    const { port } = await start('', { restart: false });
    await fetch(`http://127.0.0.1:${port}/crash`).catch(() => {});
    await until(() => ends.length > 0);
    expect(ends).toEqual([{ code: 3, restarts: false }]);
    expect(await pidAt(port)).toBeNull();
  }, 30_000);

  test('is killed when it does not stop in time', async () => {
    const supervised = await start('deaf');
    const stopped = supervised.stop(300);
    await until(() => lines.includes('SIGTERM heard, and ignored'));
    await stopped;
    expect(await pidAt(supervised.port)).toBeNull();
    expect(ends).toEqual([]);
  }, 30_000);

  test('that ends before it is ready fails the start, with its exit code and last lines', async () => {
    const starting = startSupervised(options('misconfigured'), never);
    await expect(starting).rejects.toMatchObject({ name: 'StartError', exitCode: 78 });
    await expect(starting).rejects.toThrow(/ended at its start \(exit code 78\)[\s\S]*PORT: must be a port/);
  }, 30_000);

  test('that is never ready fails the start', async () => {
    await expect(startSupervised(options('silent', { readyMs: 1_000 }), never)).rejects.toThrow(
      'was not ready after 1 s',
    );
  }, 30_000);

  test('is not waited for when everything is to stop', async () => {
    const stopping = new AbortController();
    const starting = startSupervised(options('silent'), stopping.signal);
    await until(() => lines.length > 0);
    stopping.abort();
    await expect(starting).rejects.toThrow('was stopped while it started');
  }, 30_000);
});
