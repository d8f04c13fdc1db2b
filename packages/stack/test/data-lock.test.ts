import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { compilePrograms } from '../../../test/support/compiled.ts';
import { DataDirInUse, dataDirHolder, lockDataDir } from '../src/data-lock.ts';

interface Outcome {
  readonly taken: boolean;
  readonly afterCrash?: boolean;
}

let program: URL;
let dataDir: string;
let children: ChildProcess[];

beforeAll(() => {
  program = compilePrograms('stack')('lock');
}, 60_000);
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'ocrelay-lock-'));
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  rmSync(dataDir, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function lockInAnotherProcess(): Promise<Outcome> {
  const child = fork(program, [dataDir]);
  children.push(child);
  const [outcome] = (await once(child, 'message')) as [Outcome];
  return outcome;
}

describe('the lock of a data folder', () => {
  test('is refused while another process has it, with its pid', async () => {
    expect(await lockInAnotherProcess()).toMatchObject({ taken: true, afterCrash: false });
    expect(() => lockDataDir(dataDir)).toThrow(DataDirInUse);
    expect(() => lockDataDir(dataDir)).toThrow(`process ${children[0]?.pid} since 2`);
  });

  test('is free again after a release, and that was no crash', async () => {
    lockDataDir(dataDir).release();
    const lock = lockDataDir(dataDir);
    expect(lock.afterCrash).toBe(false);
    lock.release();
  });

  test('is free again when its holder was killed, and that was a crash', async () => {
    await lockInAnotherProcess();
    await Promise.all(children.map(kill));
    const lock = lockDataDir(dataDir);
    expect(lock.afterCrash).toBe(true);
    lock.release();
  });

  test('tells who has it without being taken', async () => {
    expect(dataDirHolder(dataDir)).toBeNull();
    expect(readdirSync(dataDir)).toEqual([]);
    await lockInAnotherProcess();
    expect(dataDirHolder(dataDir)).toMatchObject({ pid: children[0]?.pid });
    await Promise.all(children.map(kill));
    expect(dataDirHolder(dataDir)).toBeNull();
    lockDataDir(dataDir).release();
    expect(dataDirHolder(dataDir)).toBeNull();
  });

  test('goes to one of several that find its holder dead at the same time', async () => {
    await lockInAnotherProcess();
    await Promise.all(children.map(kill));
    const outcomes = await Promise.all(Array.from({ length: 6 }, lockInAnotherProcess));
    expect(outcomes.filter(({ taken }) => taken)).toHaveLength(1);
  }, 30_000);
});
