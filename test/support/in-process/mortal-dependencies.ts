/** What a process reaches, each call of it an effect of a process that can die. */
import type { Database, WakeUpSender } from '@ocrelay/db';
import type { OcrClient } from '@ocrelay/ocr';
import type { QueueBackend } from '@ocrelay/queue';
import type { ImageStore, PendingImage } from '@ocrelay/storage';
import type { Mortal } from './mortal.ts';
import type { PagePictures } from './page-pictures.ts';

/** What processes share that has no state of any of them. */
export interface SharedParts {
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly images: ImageStore;
  readonly pictures: PagePictures;
  /** Images that were begun: their files stay open for as long as the test likes, also those of dead processes. */
  readonly begun: Set<PendingImage>;
}

/** The same parts, as one process reaches them. */
export function sharedDependencies(mortal: Mortal, shared: SharedParts): Omit<SharedParts, 'begun' | 'pictures'> {
  return {
    database: mortalDatabase(mortal, shared.database),
    backend: mortalBackend(mortal, shared.backend),
    images: mortalImages(mortal, shared.images, shared.begun),
  };
}

/** A database that is shared: every statement is an effect, closing it none. */
function mortalDatabase(mortal: Mortal, { db, pool }: Database): Database {
  return {
    db: {
      execute: (statement) => mortal.effect(`statement ${words(statement)}`, () => db.execute(statement)),
      // One effect: a crash in the middle closes the connection, and is as one before it.
      transaction: (work) => mortal.effect('transaction', () => db.transaction(work)),
      select: lazily(mortal, 'statement select', db.select),
      insert: lazily(mortal, 'statement insert', db.insert),
      update: lazily(mortal, 'statement update', db.update),
      delete: lazily(mortal, 'statement delete', db.delete),
    },
    pool: methods(mortal, 'pool', pool),
    close: async () => {},
  };
}

/** Queues on a backend that is shared: every call of a queue is an effect. */
function mortalBackend(mortal: Mortal, backend: QueueBackend): QueueBackend {
  return {
    ...backend,
    queue: async (stage) => methods(mortal, `queue ${stage}`, await backend.queue(stage)),
    worker: () => Promise.reject(new Error('the test fetches jobs itself')),
    heal: () => mortal.effect('queue heal', () => backend.heal()),
    close: async () => {},
  };
}

/** A store: every call of it, and of an image that is being written, is an effect. */
function mortalImages(mortal: Mortal, images: ImageStore, begun: Set<PendingImage>): ImageStore {
  return {
    create: () => {
      const pending = images.create();
      begun.add(pending);
      const calls = methods(mortal, 'image', pending);
      return new Proxy(pending, {
        get: (target, name) => (name === 'sizeBytes' ? target.sizeBytes : Reflect.get(calls, name)),
      });
    },
    open: (key, signal) =>
      mortal.effect('image open', () => images.open(key, signal), { discard: ({ stream }) => stream.destroy() }),
    read: (key, mostBytes) => mortal.effect('image read', () => images.read(key, mostBytes)),
    delete: (key) => mortal.effect('image delete', () => images.delete(key)),
    async *list() {
      const keys = images.list()[Symbol.asyncIterator]();
      const close = () => void keys.return?.();
      void mortal.died.then(close);
      try {
        for (;;) {
          const next = await mortal.effect('image list', () => keys.next());
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        close();
      }
    },
    dropAbandoned: (ms, limit) => mortal.effect('image drop abandoned', () => images.dropAbandoned(ms, limit)),
    freeBytes: () => images.freeBytes(),
    exists: () => images.exists(),
    make: () => mortal.effect('image store make', () => images.make()),
    checkWritable: () => mortal.effect('image probe', () => images.checkWritable()),
    close: () => images.close(),
  };
}

/** A client of the process's own: every call is an effect, and ends with the process. */
export function mortalOcr(mortal: Mortal, ocr: OcrClient): OcrClient {
  return {
    ...methods(mortal, 'OCR', ocr, { endsWithProcess: true }),
    endpoints: ocr.endpoints,
    close: () => ocr.close(),
  };
}

/** Wake-ups are hints; here nobody listens, and each is an effect that cannot fail. */
export function mortalWakeUps(mortal: Mortal): WakeUpSender {
  const hint = (name: string) => () => void mortal.effect(name, async () => {}).catch(() => {});
  return { taskMoved: hint('wake-up moved'), taskTaken: hint('wake-up taken') };
}

/** The same object, each of whose methods is an effect. */
function methods<T extends object>(
  mortal: Mortal,
  name: string,
  target: T,
  options: { readonly endsWithProcess?: boolean } = {},
): T {
  return new Proxy(target, {
    get(of, property) {
      const value: unknown = Reflect.get(of, property);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) =>
        mortal.effect(`${name} ${String(property)}`, async () => value.apply(of, given), options);
    },
  });
}

/** A query that is built call by call, and run when it is awaited. */
function lazily<T extends (...given: never[]) => unknown>(mortal: Mortal, name: string, begin: T): T {
  const chain = (builder: object): object =>
    new Proxy(builder, {
      get(of, property) {
        const value: unknown = Reflect.get(of, property);
        if (property === 'then') {
          const run = () => mortal.effect(name, async () => of);
          return (resolve: (rows: unknown) => void, reject: (error: unknown) => void) => run().then(resolve, reject);
        }
        return typeof value === 'function' ? (...given: unknown[]) => chain(value.apply(of, given)) : value;
      },
    });
  return ((...given: never[]) => chain(begin(...given) as object)) as unknown as T;
}

/** The beginning of a statement in one line. */
function words(statement: { readonly queryChunks: readonly unknown[] }): string {
  return textOf(statement.queryChunks).replaceAll(/\s+/g, ' ').trim().slice(0, 90);
}

function textOf(chunks: readonly unknown[]): string {
  return chunks
    .map((chunk) => {
      if (typeof chunk !== 'object' || chunk === null) return '?';
      if ('queryChunks' in chunk) return textOf(chunk.queryChunks as unknown[]);
      return 'value' in chunk && Array.isArray(chunk.value) ? chunk.value.join('') : '?';
    })
    .join('');
}
