import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach } from '@jest/globals';
import { createPageReader, type PageReader, type PageReaderLimits } from '@ocrelay/pages';
import { type ImageStore, imageKey } from '@ocrelay/storage';
import express, { type ErrorRequestHandler, type Response } from 'express';
import { makeImageStore } from '../../../../test/support/image-store.ts';
import { receiveImage, UploadError } from '../../src/upload/index.ts';

export interface UploadServer {
  readonly url: string;
  readonly port: number;
  /** Uploads that began and have not ended. */
  underWay(): number;
  /** Every file in the store, committed or not. */
  files(): Promise<string[]>;
  /** Open descriptors of files in the store. */
  openHandles(): Promise<number>;
  close(): Promise<void>;
}

interface Settings {
  readonly maxUploadBytes?: number;
  readonly uploadTimeoutMs?: number;
  readonly maxPages?: number;
  /** What inspecting a document may take. */
  readonly inspection?: Partial<PageReaderLimits>;
  /** Instead of threads that inspect documents. */
  readonly inspector?: Pick<PageReader, 'inspect'>;
  /** What the server does before it takes the image. */
  readonly first?: (res: Response) => Promise<unknown>;
  readonly store?: (files: ImageStore) => ImageStore;
}

const PAGE_THREAD = pathToFileURL(join(process.env['TEST_DIST'] ?? 'dist', 'apps/api/src/upload/page-thread.js'));

/** Starts servers for the tests of a file, and closes those of each test after it. */
export function serversOfTests(): (settings?: Settings) => Promise<UploadServer> {
  const open: UploadServer[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((started) => started.close()));
  });
  return async (settings) => {
    const started = await startUploadServer(settings);
    open.push(started);
    return started;
  };
}

/** A real server whose only route takes an image, commits it, and answers with what it knows of it. */
async function startUploadServer(settings: Settings = {}): Promise<UploadServer> {
  const folder = await mkdtemp(join(tmpdir(), 'ocrelay-upload-'));
  const files = await makeImageStore(pathToFileURL(folder).href);
  const pageReader = createPageReader(PAGE_THREAD, settings.inspection);
  const receive = receiveImage({
    store: settings.store?.(files) ?? files,
    maxUploadBytes: settings.maxUploadBytes ?? 1_000_000,
    maxImagePixels: 1e8,
    maxPages: settings.maxPages ?? 500,
    renderDpi: 200,
    pageReader: settings.inspector ?? pageReader,
    uploadTimeoutMs: settings.uploadTimeoutMs ?? 60_000,
  });
  let underWay = 0;
  let stored = 0;
  const app = express();
  app.post('/', async (req, res) => {
    underWay += 1;
    try {
      await settings.first?.(res);
      const { pending, signal, ...image } = await receive(req, res);
      signal.throwIfAborted();
      stored += 1;
      await pending.commit(imageKey(`image-${stored}`, new Date(0), image.extension));
      res.json(image);
    } finally {
      underWay -= 1;
    }
  });
  const answer: ErrorRequestHandler = (error, _req, res, _next) => {
    if (!(error instanceof UploadError)) console.error(error);
    const { status, code, message, details } =
      error instanceof UploadError
        ? error
        : { status: 500, code: 'internal', message: String(error), details: undefined };
    res.status(status).json({ code, message, details });
  };
  app.use(answer);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    underWay: () => underWay,
    async files() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    },
    async openHandles() {
      const { readlink } = await import('node:fs/promises');
      const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
      return (await Promise.all(links)).filter((target) => target.startsWith(folder)).length;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pageReader.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
