import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NOWHERE } from './api.ts';

/** The API as the program that users run. */
export interface ApiProcess {
  readonly child: ChildProcess;
  /** Rejects when the program ends before it listens. */
  readonly listening: Promise<string>;
  /** Everything that it wrote so far. */
  logs(): string;
  /** Resolves with its exit code. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

export async function launchApi(databaseUrl: string, env: Record<string, string> = {}): Promise<ApiProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'ocrelay-api-'));
  // The suite's tasks are known to every API that it launches, and then none makes a store.
  await mkdir(join(folder, 'images/incoming'), { recursive: true });
  const child = fork(join(process.env['TEST_DIST'] ?? '', 'apps/api/src/main.js'), {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      OCR_BASE_URL: NOWHERE,
      STORAGE_URL: pathToFileURL(join(folder, 'images')).href,
      PORT: '0',
      LOG_FORMAT: 'json',
      ...env,
    },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let logged = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      logged += data.toString();
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const listening = new Promise<string>((resolve, reject) => {
    child.on('message', (message: { type?: string; port?: number }) => {
      if (message.type === 'listening') resolve(`http://127.0.0.1:${message.port}`);
    });
    child.once('exit', () => reject(new Error(`the API ended before it listened:\n${logged}`)));
  });
  listening.catch(() => {});
  return {
    child,
    listening,
    logs: () => logged,
    exited,
    async stop() {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
