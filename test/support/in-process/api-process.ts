import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiConfig } from '@ocrelay/config';
import { createOcrClient } from '@ocrelay/ocr';
import { createApp } from '../../../apps/api/src/app.ts';
import { createApiContext } from '../../../apps/api/src/context.ts';
import { uniqueImage } from '../images.ts';
import type { Mortal } from './mortal.ts';
import { mortalOcr, mortalWakeUps, type SharedParts, sharedDependencies } from './mortal-dependencies.ts';

/** No thread is ever started: these tests ask for no derived documents, and those that they upload are looked into here. */
const NOWHERE = new URL('file:///nowhere');

/** An API process, reached over HTTP. */
export interface ApiProcess {
  readonly mortal: Mortal;
  request(method: 'GET' | 'POST' | 'DELETE', path: string, init?: RequestInit): Promise<ApiAnswer>;
  upload(options?: { start?: boolean; image?: Buffer; idempotencyKey?: string }): Promise<ApiAnswer>;
  /** Cuts its connections, as its end would. */
  end(): Promise<void>;
}

interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the route answers with
  readonly data: any;
}

export async function startApiProcess(mortal: Mortal, config: ApiConfig, shared: SharedParts): Promise<ApiProcess> {
  const ocr = createOcrClient({ ...config.ocr, pollConnections: 2 });
  const context = await createApiContext(config, { document: NOWHERE, page: NOWHERE, store: NOWHERE }, async () => ({
    ...sharedDependencies(mortal, shared),
    ocr: mortalOcr(mortal, ocr),
    tell: mortalWakeUps(mortal),
    // Nobody is woken: what waits looks again when its time is up.
    wakeUps: {
      waitFor: (_taskId, ms) => sleep(ms),
      subscribe: () => {},
      close: async () => {},
    },
  }));
  const app = createApp({ ...context, pageReader: shared.pictures.readerOf(mortal) });
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  let ending: Promise<void> | null = null;

  const api: ApiProcess = {
    mortal,
    async request(method, path, init = {}) {
      const headers = { ...init.headers, connection: 'close' };
      const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { ...init, method, headers });
      return { status: response.status, data: ((await response.json()) as { data: unknown }).data };
    },
    upload({ start = false, image = uniqueImage(), idempotencyKey } = {}) {
      const body = new FormData();
      body.set('file', new Blob([image], { type: 'image/png' }), 'scan.png');
      const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
      return api.request('POST', `/upload/image${start ? '?start=true' : ''}`, { body, headers });
    },
    end() {
      ending ??= (async () => {
        context.drain();
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
        await ocr.close();
      })();
      return ending;
    },
  };
  return api;
}
