import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { compilePrograms } from '../../../test/support/compiled.ts';
import { makePdf } from '../../../test/support/make-pdf.ts';
import { makeTiff } from '../../../test/support/make-tiff.ts';
import { createPageReader, type PageReader, type PageReaderLimits, type PageSource } from '../src/index.ts';

jest.setTimeout(120_000);

const AMPLE = { dpi: 72, maxPixels: 1_000_000 };
const never = new AbortController().signal;
setMaxListeners(0, never);

let thread: URL;
beforeAll(() => {
  thread = compilePrograms('pages')('pages-thread');
});

const readers: PageReader[] = [];
function reader(limits: Partial<PageReaderLimits>): PageReader {
  const made = createPageReader(thread, limits);
  readers.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(readers.splice(0).map((one) => one.close()));
});

/** With the usual limits, for all tests that break nothing: a thread takes long to start. */
let pages: PageReader;
beforeAll(() => {
  pages = createPageReader(thread);
});
afterAll(() => pages.close());

const PDF = await makePdf([{ text: 'one' }, { text: 'two' }, { width: 5_000, height: 5_000 }]);
/** A document that no other test has. */
const named = (key: string, bytes: Uint8Array = PDF, contentType: PageSource['contentType'] = 'application/pdf') => {
  const source = {
    key: `${key} ${randomUUID()}`,
    contentType,
    loads: 0,
    async load() {
      source.loads += 1;
      return bytes;
    },
  };
  return source;
};
/** Stands for a document, to the thread of this test. */
const told = (what: string) => named(what, Buffer.from(what));

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a document', () => {
  test('is loaded once for all of its pages, and again when another came between', async () => {
    const [a, b] = [named('a'), named('b')];
    expect(await pages.render(a, 1, AMPLE, never)).toMatchObject({ width: 612, height: 792, text: 'one' });
    expect(await pages.render(a, 2, AMPLE, never)).toMatchObject({ text: 'two' });
    await expect(pages.render(a, 3, AMPLE, never)).rejects.toMatchObject({ name: 'PageTooLarge', width: 5_000 });
    await expect(pages.render(a, 4, AMPLE, never)).rejects.toMatchObject({ name: 'PageUnreadable' });
    expect(await pages.render(a, 1, AMPLE, never)).toMatchObject({ text: 'one' });
    expect(a.loads).toBe(1);
    await pages.render(b, 1, AMPLE, never);
    await pages.render(a, 1, AMPLE, never);
    expect([a.loads, b.loads]).toEqual([2, 1]);
  });

  test('goes to the thread that has it open', async () => {
    const pages = reader({ threads: 2 });
    const sources = [named('a'), named('b')];
    await Promise.all(sources.map((source) => pages.render(source, 1, AMPLE, never)));
    for (const source of [...sources, ...sources.toReversed()]) await pages.render(source, 2, AMPLE, never);
    expect(sources.map(({ loads }) => loads)).toEqual([1, 1]);
  });

  test('gives the own text of all of its pages, and null for one that has none', async () => {
    expect(await pages.texts(named('a'), never)).toEqual(['one', 'two', null]);
    const tiff = named('t', await makeTiff([{ width: 30, height: 20 }, {}]), 'image/tiff');
    expect(await pages.texts(tiff, never)).toEqual([null, null]);
    await expect(pages.texts(named('x', Buffer.from('no PDF')), never)).rejects.toMatchObject({
      name: 'DocumentCorrupt',
    });
  });

  test('that takes too long to give its text is given up, and others are read', async () => {
    const pages = reader({ textsMs: 1 });
    await expect(pages.texts(named('a'), never)).rejects.toThrow('takes longer than 1 ms');
    expect(await pages.render(named('a'), 1, AMPLE, never)).toMatchObject({ text: 'one' });
  });

  test('is inspected: its pages, and the size of the first', async () => {
    expect(await pages.inspect(named('a'), 144, never)).toEqual({ count: 3, width: 1224, height: 1584 });
    const tiff = named('t', await makeTiff([{ width: 30, height: 20 }, {}]), 'image/tiff');
    expect(await pages.inspect(tiff, 144, never)).toEqual({ count: 2, width: 30, height: 20 });
    expect(await pages.render(tiff, 2, AMPLE, never)).toMatchObject({ width: 60, height: 40, text: null });
  });

  test('that is none, or cannot be loaded, is refused each time, and the next one is read', async () => {
    const garbage = named('g', Buffer.from('%PDF-1.7 and nothing'));
    await expect(pages.inspect(garbage, 72, never)).rejects.toMatchObject({ name: 'DocumentCorrupt' });
    await expect(pages.render(garbage, 1, AMPLE, never)).rejects.toMatchObject({ name: 'DocumentCorrupt' });
    await expect(pages.render(garbage, 1, AMPLE, never)).rejects.toMatchObject({ name: 'DocumentCorrupt' });
    const lost = { ...named('l'), load: () => Promise.reject(new Error('the store is away')) };
    await expect(pages.render(lost, 1, AMPLE, never)).rejects.toThrow('the store is away');
    expect(await pages.render(named('a'), 1, AMPLE, never)).toMatchObject({ text: 'one' });
  });
});

describe('what takes too much', () => {
  test.each([
    ['hang', { openMs: 3_000 }],
    ['eat memory', { heapMb: 64 }],
  ])('to be opened (%s) ends its thread, and the next one is read', async (what, limits) => {
    const pages = reader(limits);
    await expect(pages.inspect(told(what), 72, never)).rejects.toMatchObject({ name: 'DocumentCorrupt' });
    await expect(pages.render(told(what), 1, AMPLE, never)).rejects.toMatchObject({ name: 'DocumentCorrupt' });
    expect(await pages.render(named('a'), 1, AMPLE, never)).toMatchObject({ text: 'one' });
  });

  test.each([
    ['time', 66, { pageMs: 1_500 }],
    ['memory', 67, { heapMb: 64 }],
  ])('%s for one page costs that page alone', async (_what, page, limits) => {
    const pages = reader(limits);
    const source = named('a');
    await expect(pages.render(source, page, AMPLE, never)).rejects.toMatchObject({ name: 'PageUnreadable' });
    expect(await pages.render(source, 1, AMPLE, never)).toMatchObject({ text: 'one' });
    expect(source.loads).toBe(2);
  });
});

describe('who waits for a thread', () => {
  test('has loaded nothing yet', async () => {
    const pages = reader({ threads: 2 });
    let loaded = 0;
    let most = 0;
    const source = (n: number) => ({
      key: String(n),
      contentType: 'application/pdf' as const,
      async load() {
        loaded += 1;
        most = Math.max(most, loaded);
        return PDF;
      },
    });
    const done = Array.from({ length: 20 }, async (_, n) => {
      await pages.render(source(n), 1, AMPLE, never);
      loaded -= 1;
    });
    await Promise.all(done);
    expect(most).toBeLessThanOrEqual(3); // one may load in the moment before who was before it counts down
  });

  test('and gives up frees its place, and loads nothing', async () => {
    const pages = reader({ openMs: 60_000 });
    const first = new AbortController();
    const hanging = told('hang');
    const held = pages.inspect(hanging, 72, first.signal).catch((error: unknown) => error);
    await until(() => hanging.loads === 1);
    const second = new AbortController();
    const waiting = named('a');
    const waits = pages.render(waiting, 1, AMPLE, second.signal).catch((error: unknown) => error);
    second.abort(new Error('no longer'));
    expect(await waits).toMatchObject({ message: 'no longer' });
    first.abort(new Error('nor this'));
    expect(await held).toMatchObject({ message: 'nor this' });
    expect(waiting.loads).toBe(0);
    expect(await pages.render(waiting, 1, AMPLE, never)).toMatchObject({ text: 'one' });
    await expect(pages.render(waiting, 1, AMPLE, second.signal)).rejects.toThrow('no longer');
  });

  test('for bytes that never come is freed by its signal', async () => {
    const giveUp = new AbortController();
    const stuck = { ...named('a'), load: () => new Promise<Uint8Array>(() => {}) };
    const waits = pages.render(stuck, 1, AMPLE, giveUp.signal).catch((error: unknown) => error);
    giveUp.abort(new Error('no longer'));
    expect(await waits).toMatchObject({ message: 'no longer' });
    expect(await pages.render(named('b'), 1, AMPLE, never)).toMatchObject({ text: 'one' });
  });
});

test('a reader that is closed rejects what is under way and whoever comes', async () => {
  const pages = reader({ openMs: 60_000 });
  const hanging = told('hang');
  const underWay = pages.inspect(hanging, 72, never).catch((error: unknown) => error);
  const waiting = pages.render(named('a'), 1, AMPLE, never).catch((error: unknown) => error);
  await until(() => hanging.loads === 1);
  await pages.close();
  expect(await underWay).toBeInstanceOf(Error);
  expect(await waiting).toMatchObject({ message: 'the reader of pages is closed' });
  await expect(pages.render(named('a'), 1, AMPLE, never)).rejects.toThrow('the reader of pages is closed');
});
