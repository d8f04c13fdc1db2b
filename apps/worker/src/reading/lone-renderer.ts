import type { Answer } from '@ocrelay/ocr';
import {
  type OnePage,
  type PageAnswer,
  type PageSource,
  PageUnreadable,
  type ReadPage,
  toReadPage,
} from '@ocrelay/pages';
import { afterDeath } from './after-death.ts';
import { createLoneProcess, type LoneLimits, type LoneObserver } from './lone-process.ts';

/** Makes the pictures of suspect pages: those that a worker was making when it died. */
export interface LoneRenderer {
  /**
   * Makes the picture of one page in a process of its own, after those before it. What the death of that process says is decided by
   * `afterDeath`.
   * @param signal when it aborts the process is ended, and this throws its reason.
   * @throws PageTooLarge, PageUnreadable, DocumentEncrypted, DocumentCorrupt; what the source's `load` throws
   */
  render(
    source: PageSource & { readonly key: string },
    page: Pick<OnePage, 'page' | 'options'>,
    signal: AbortSignal,
    observer?: LoneObserver,
  ): Promise<Answer<ReadPage>>;
}

/** What the process is to make a picture of. */
export type RenderOrder = OnePage;

/** More than a page may take in a thread: here nobody waits for it. */
const RENDER_LIMITS: LoneLimits = { ms: 120_000, heapMb: 1024 };

/** @param program where the process's program was built to. */
export function createLoneRenderer(program: URL, limits = RENDER_LIMITS): LoneRenderer {
  const alone = createLoneProcess<RenderOrder, PageAnswer>(program, limits);
  return {
    async render({ contentType, load }, page, signal, observer) {
      const end = await alone.run({ bytes: await load(), contentType, ...page }, signal, observer);
      if (end.kind === 'done') return { ok: true, value: toReadPage(end.value) };
      if (end.kind === 'late') throw new PageUnreadable(`The page takes longer than ${limits.ms} ms to be read.`);
      return { ok: false, fault: afterDeath(end.death, 'page') };
    },
  };
}
