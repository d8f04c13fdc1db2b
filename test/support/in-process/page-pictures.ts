/**
 * Documents, and the pictures of their pages, without a thread: what a page reader does in one, done here, as an effect of a
 * process that can die.
 */
import { randomUUID } from 'node:crypto';
import { type PageReader, PageTooLarge, PageUnreadable } from '@ocrelay/pages';
import { imageNamed } from '../images.ts';
import type { Mortal } from './mortal.ts';

/** What may be wrong with a page: it can never be read, or something broke that has nothing to do with it. */
export type PageFault = 'too_large' | 'unreadable' | 'broken';

export interface PagePictures {
  /** What is wrong with a page from now on, counted from 1; null: nothing. */
  script(faultOf: (page: number) => PageFault | null): void;
  /** As one process reads documents. */
  readerOf(mortal: Mortal): PageReader;
}

/** A file that begins as a PDF does, which no other test has; how many pages it has, it says in a comment. */
export function uniqueDocument(pages: number): Buffer {
  return Buffer.from(`%PDF-1.7\n% ${pages} pages, ${randomUUID()}\n`);
}

export function createPagePictures(): PagePictures {
  let faultOf: (page: number) => PageFault | null = () => null;
  return {
    script(given) {
      faultOf = given;
    },
    readerOf: (mortal) => ({
      async inspect(source) {
        const text = Buffer.from(await source.load()).toString();
        return mortal.effect('page inspect', async () => ({
          count: Number(/% (\d+) pages/.exec(text)?.[1]),
          width: 1,
          height: 1,
        }));
      },
      texts: async (source) => {
        await source.load();
        return mortal.effect('page texts', async () => ['What the file says of itself.']);
      },
      async render(source, page, { maxPixels }) {
        await source.load();
        return mortal.effect('page render', async () => {
          const fault = faultOf(page);
          if (fault === 'too_large') throw new PageTooLarge(maxPixels, 2, maxPixels);
          if (fault === 'unreadable') throw new PageUnreadable('The page cannot be read.');
          if (fault === 'broken') throw new Error('the thread has died');
          // The same bytes whoever renders the page, and no other page's.
          const png = imageNamed(`page ${page} of ${source.key}`);
          return { png, width: 1, height: 1, text: page === 1 ? 'What the file says of itself.' : null };
        });
      },
      close: async () => {},
    }),
  };
}
