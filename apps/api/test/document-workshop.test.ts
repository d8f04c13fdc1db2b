import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { documentJson, type KeptReading } from '@ocrelay/document';
import {
  createDocumentWorkshop,
  type DocumentWorkshop,
  type WorkshopLimits,
} from '../src/documents/document-workshop.ts';

jest.setTimeout(60_000);

const THREAD = pathToFileURL(join(process.env['TEST_DIST'] ?? 'dist', 'apps/api/src/documents/document-thread.js'));
const MIB = 1024 * 1024;
const WIDE: WorkshopLimits = {
  ms: 60_000,
  heapMb: 512,
  threads: 1,
  waiting: 10,
  fileBytes: 1024 * MIB,
  files: 10,
  spool: { memoryBytes: MIB, diskBytes: 1024 * MIB },
};

const open: DocumentWorkshop[] = [];
function workshop(limits: Partial<WorkshopLimits> = {}): DocumentWorkshop {
  const made = createDocumentWorkshop(THREAD, { ...WIDE, ...limits });
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function reading(blocks: number, more = ''): KeptReading[] {
  const parsing_res_list = Array.from({ length: blocks }, (_, at) => ({
    block_label: 'text',
    block_content: `line ${at}${more}`,
    block_bbox: [0, 0, 9, 9],
  }));
  const raw = Buffer.from(JSON.stringify({ final: {}, pages: [{ width: 9, height: 9, parsing_res_list }] }));
  return [{ raw, error: null, textLayers: [] }];
}
const named = (blocks: number) => ({ name: 'scan.png', document: documentJson(reading(blocks)) });
/** More than is kept in memory, or may be on its way from the thread. */
const LARGE = { name: 'large.png', document: documentJson(reading(800, ` ${'x'.repeat(10_000)}`)) };
const noImage = async () => null;
const stays = new AbortController().signal;
const code = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { code?: string }) => error.code ?? error,
  );

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('what takes too much memory, or too long, ends its thread and nothing else', async () => {
  const small = workshop({ heapMb: 32 });
  expect(await code(small.derive(reading(100_000)))).toBe('document_too_large');
  expect(JSON.parse(gunzipSync(await small.derive(reading(1))).toString()).pages).toHaveLength(1);
  const quick = workshop({ ms: 1 });
  expect(await code(quick.derive(reading(20_000)))).toBe('document_too_large');
});

test.each([
  ['packed', async () => workshop().derive([...reading(1), ...reading(2)])],
  ['plain, as earlier releases kept it', async () => documentJson([...reading(1), ...reading(2)])],
])('a page is picked out of its document, %s', async (_, of) => {
  const document = await of();
  const picked = await workshop().page(document, 2);
  expect([picked.pages, picked.page?.number, picked.page?.blocks.length]).toEqual([2, 2, 2]);
  expect(await workshop().page(document, 3)).toEqual({ pages: 2, page: null });
});

test('more than may wait are told to come again', async () => {
  const busy = workshop({ waiting: 1 });
  const codes = await Promise.all(Array.from({ length: 6 }, () => code(busy.derive(reading(20_000)))));
  expect(codes.filter((one) => one === 'overloaded').length).toBeGreaterThan(0);
  expect(codes.filter((one) => one === null).length).toBeGreaterThan(0);
});

describe('a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocrelay-workshop-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const spool = (of: Partial<WorkshopLimits['spool']> = {}) => ({ ...WIDE.spool, folder, ...of });
  const lineOf = async (made: DocumentWorkshop) =>
    textOf((await made.export('txt', {}, [named(1)], noImage, stays)).body);

  test('is made whether or not anybody takes any of it, and others are made meanwhile', async () => {
    const made = workshop();
    const unread = await made.export('txt', {}, [LARGE], noImage, stays);
    expect(await lineOf(made)).toContain('line 0');
    expect(await unread.whole).toBeGreaterThan(7 * MIB);
    await unread.drop();
  });

  test('is whole however slowly it is taken: the limit of time is for making it', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    try {
      const made = workshop();
      const file = await made.export('txt', {}, [LARGE], noImage, stays);
      const reading = file.body[Symbol.asyncIterator]();
      const first = await reading.next();
      const size = await file.whole;
      jest.advanceTimersByTime(100 * WIDE.ms);
      let read = first.value?.byteLength ?? 0;
      for (let next = await reading.next(); next.done !== true; next = await reading.next()) {
        read += next.value.byteLength;
      }
      expect(read).toBe(size);
      await file.drop();
    } finally {
      jest.useRealTimers();
    }
  });

  test('is the same bytes from memory and from disk', async () => {
    const made = workshop({ spool: spool() });
    const file = await made.export('txt', {}, [LARGE], noImage, stays);
    await file.whole;
    const text = await textOf(file.body);
    await file.drop();
    expect(text.split('\n').filter((line) => line.startsWith('line '))).toEqual(
      Array.from({ length: 800 }, (_, at) => `line ${at} ${'x'.repeat(10_000)}`),
    );
  });

  const ofLinux = existsSync('/proc/self/fd') ? test : test.skip;
  ofLinux('has no name on disk, and is gone when it is dropped', async () => {
    const openFiles = async () => {
      const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
      return (await Promise.all(links)).filter((link) => link.startsWith(folder)).length;
    };
    const made = workshop({ spool: spool() });
    const file = await made.export('txt', {}, [LARGE], noImage, stays);
    await file.whole;
    expect([await readdir(folder), await openFiles()]).toEqual([[], 1]);
    for await (const _ of file.body) break;
    await file.drop();
    expect(await openFiles()).toBe(0);
  });

  test('that is dropped ends its making, and gives back what it had', async () => {
    const made = workshop({ files: 1, spool: spool({ diskBytes: 12 * MIB }) });
    for (let n = 0; n < 3; n += 1) {
      const dropped = await made.export('txt', {}, [LARGE], noImage, stays);
      if (n > 0) await dropped.whole;
      await dropped.drop();
    }
    expect(await lineOf(made)).toContain('line 0');
  });

  test('is not begun for who has left before its turn', async () => {
    const made = workshop();
    const gone = new AbortController();
    const before = made.derive(reading(20_000));
    const never = code(made.export('txt', {}, [named(1)], noImage, gone.signal));
    gone.abort(new Error('left'));
    expect(await never).toEqual(new Error('left'));
    await before;
  });

  test.each([
    ['larger than a file may be', { fileBytes: MIB }, 'document_too_large'],
    ['more than there is room for', { spool: { memoryBytes: MIB, diskBytes: MIB } }, 'overloaded'],
    ['to be kept in a folder that there is not', { spool: { ...WIDE.spool, folder: '/nowhere' } }, 'internal_error'],
  ])('that is %s breaks off, and leaves room for others', async (_, limits, expected) => {
    const made = workshop(limits);
    const file = await made.export('txt', {}, [LARGE], noImage, stays);
    expect(await code(file.whole)).toBe(expected);
    expect(await code(textOf(file.body))).toBe(expected);
    await file.drop();
    expect(await lineOf(made)).toContain('line 0');
  });

  test('more than may be open at once are refused', async () => {
    const made = workshop({ files: 1 });
    const file = await made.export('txt', {}, [named(1)], noImage, stays);
    expect(await code(made.export('txt', {}, [named(1)], noImage, stays))).toBe('overloaded');
    await file.drop();
  });

  test('whose thread dies breaks off: it does not pass for a whole one', async () => {
    const made = workshop();
    const file = await made.export('html', {}, [LARGE], noImage, stays);
    await made.close();
    expect(await code(textOf(file.body))).not.toBeNull();
  });
});
