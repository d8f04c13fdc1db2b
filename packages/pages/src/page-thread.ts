import sharp from 'sharp';
import { DocumentCorrupt, PageUnreadable } from './errors.ts';
import { toFailure } from './failures.ts';
import { openPages } from './open-pages.ts';
import type { Pages } from './pages.ts';
import type { Inspected, OnePage, PageAnswer, PageOrder, ReadPage } from './thread-protocol.ts';

/** The document that is open in this thread. */
let kept: { readonly key: string; readonly pages: Pages } | null = null;
let isFrugal = false;

/**
 * The work of a thread that `createPageReader` starts: a program has a file of its own whose default export is this, so that
 * it is compiled beside it.
 */
export async function workOnPages(order: PageOrder): Promise<PageAnswer> {
  beFrugal();
  try {
    return await answer(order);
  } catch (error) {
    const failure = toFailure(error);
    if (failure === null) throw error;
    return { kind: 'failed', failure };
  }
}

/** One page of a document that nothing else is wanted of. What is wrong with it is an answer, too. */
export async function readOnePage({ bytes, contentType, page, options }: OnePage): Promise<PageAnswer> {
  const opened = await workOnPages({ kind: 'open', key: 'one', bytes, contentType });
  return opened.kind === 'failed' ? opened : workOnPages({ kind: 'read', key: 'one', page, options });
}

async function answer(order: PageOrder): Promise<PageAnswer> {
  switch (order.kind) {
    case 'inspect':
      return withPages(order, async (pages) => ({ kind: 'inspected', ...(await inspect(pages, order.dpi)) }));
    case 'texts':
      return withPages(order, async (pages) => ({ kind: 'texts', texts: await textsOf(pages) }));
    case 'open':
      kept?.pages.close();
      kept = null;
      kept = { key: order.key, pages: await openPages(order.bytes, order.contentType) };
      return { kind: 'opened' };
    case 'read':
      if (kept?.key !== order.key) return { kind: 'not_open' };
      return { kind: 'page', ...(await readPage(kept.pages, order)) };
  }
}

async function withPages<T>(
  { bytes, contentType }: Pick<OnePage, 'bytes' | 'contentType'>,
  use: (pages: Pages) => Promise<T>,
): Promise<T> {
  const pages = await openPages(bytes, contentType);
  try {
    return await use(pages);
  } finally {
    pages.close();
  }
}

/** Of a document: a thousand pages of a novel have less. What is beyond is left out, so that nothing of it is unbounded. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

async function textsOf(pages: Pages): Promise<Array<string | null>> {
  const texts: Array<string | null> = [];
  let characters = 0;
  for (let page = 1; page <= pages.count; page += 1) {
    const text = characters < MOST_CHARACTERS ? await orNull(pages.text(page)) : null;
    texts.push(text);
    characters += text?.length ?? 0;
  }
  return texts;
}

/** A document may say that it has millions of pages, and have none. */
const MOST_LOOKED_AT = 1_000;

/** The first page's size; where that one is damaged, the next one's, since a page fails alone. */
async function inspect(pages: Pages, dpi: number): Promise<Inspected> {
  for (let page = 1; page <= Math.min(pages.count, MOST_LOOKED_AT); page += 1) {
    const size = await orNull(pages.size(page, dpi));
    if (size !== null) return { count: pages.count, ...size };
  }
  throw new DocumentCorrupt('The document is damaged: none of its pages can be read.');
}

async function readPage(
  pages: Pages,
  { page, options }: Extract<PageOrder, { readonly kind: 'read' }>,
): Promise<ReadPage> {
  const rendered = await pages.render(page, options);
  return { ...rendered, text: await orNull(pages.text(page)) }; // the picture is there without it
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PageUnreadable) return null;
    throw error;
  }
}

/** As many pictures at a time as there are threads, and none kept: memory is the limit, not speed. */
function beFrugal(): void {
  if (isFrugal) return;
  sharp.concurrency(1);
  sharp.cache(false);
  isFrugal = true;
}
