import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jest } from '@jest/globals';
import { type ApiConfig, loadApiConfig } from '@ocrelay/config';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { uniqueImage } from '../../../../test/support/images.ts';
import { createApp } from '../../src/app.ts';
import { type ApiContext, createApiContext } from '../../src/context.ts';
import { listen } from '../../src/server/listen.ts';
import { stopServer } from '../../src/server/stop.ts';

// Programs and databases are started here, on machines that may be busy: a limit is only for what would never end.
jest.setTimeout(60_000);

const compiled = (file: string) => pathToFileURL(join(process.env['TEST_DIST'] ?? 'dist', 'apps/api/src', file));
const THREADS = {
  document: compiled('documents/document-thread.js'),
  page: compiled('upload/page-thread.js'),
  store: compiled('upload/store-thread.js'),
};

/** Nothing listens there. */
export const NOWHERE = 'http://127.0.0.1:9';

/** What an answer looks like to a test. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
  readonly body: any;
}

/** The API in this process, on real HTTP, with a database of its own. */
export interface TestApi {
  readonly url: string;
  readonly port: number;
  readonly context: ApiContext;
  readonly databaseUrl: string;
  readonly imagesFolder: string;
  ask(path: string, init?: RequestInit): Promise<Answer>;
  upload(options?: {
    start?: boolean;
    image?: Buffer;
    headers?: Record<string, string>;
    name?: string;
  }): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startApi(env: Record<string, string> = {}): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'ocrelay-api-'));
  const database = await createTestDatabase();
  const imagesFolder = join(folder, 'images');
  const config: ApiConfig = loadApiConfig({
    DATABASE_URL: database.url,
    OCR_BASE_URL: NOWHERE,
    STORAGE_URL: pathToFileURL(imagesFolder).href,
    START_WAIT_MS: '200',
    LOG_LEVEL: 'silent',
    LOG_FORMAT: 'json',
    ...env,
  });
  const context = await createApiContext(config, THREADS);
  await context.images.make();
  await context.queues.ping().catch(() => {}); // made at the first question: an add that has to make them first may be late
  const { server, port } = await listen(createApp(context), {
    host: '127.0.0.1',
    port: 0,
    uploadTimeoutMs: config.uploadTimeoutMs,
    onBroken: () => {},
  });
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string, init?: RequestInit) => answerOf(await fetch(`${url}${path}`, init));
  return {
    url,
    port,
    context,
    databaseUrl: config.databaseUrl,
    imagesFolder,
    ask,
    upload({ start = false, image = uniqueImage(), headers = {}, name = 'scan.png' } = {}) {
      const body = new FormData();
      body.set('file', new Blob([new Uint8Array(image)], { type: 'image/png' }), name);
      return ask(`/api/v1/upload/image${start ? '?start=true' : ''}`, { method: 'POST', body, headers });
    },
    async stop() {
      context.drain();
      await stopServer(server, 0);
      await context.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}
