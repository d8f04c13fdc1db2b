/**
 * A thread that stores small images. To open, write, close and rename a file, an event loop goes to the file system and back four
 * times: with a small upload that was a fifth of the main thread's time. It now goes to the thread and back, with all images of a moment.
 */
import { together } from '@ocrelay/batching';
import { Piscina } from 'piscina';
import type { SmallImage } from './store-small.ts';
import type { StoreAnswer, StoreOrder } from './thread-protocol.ts';

export interface StoringThread {
  /** As `storeSmall`. When the thread itself ends, an image may be under its key all the same: it is nobody's, and swept as such. */
  store(image: SmallImage): Promise<void>;
  /** Ends the thread; what is under way is rejected. */
  close(): Promise<void>;
}

/** Orders under way: a disk that is slow for one does not hold up the next. */
const ORDERS = 16;
const MOST_AT_ONCE = 64;

/** @param thread the compiled file whose default export is `storeImages` */
export function createStoringThread(thread: URL, root: string): StoringThread {
  const pool = new Piscina<StoreOrder, StoreAnswer>({
    filename: thread.href,
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: ORDERS,
    atomics: 'disabled', // the thread's own event loop goes on while it waits for orders
    recordTiming: false,
  });
  // A thread that ended while it had nothing to do, or cannot start. What waits for one would wait for ever, so it is refused: the next
  // order starts another.
  pool.on('error', () => void pool.destroy());
  const order = together((images: readonly SmallImage[]) => pool.run({ root, images }), {
    mostAtOnce: MOST_AT_ONCE,
    underWay: ORDERS,
  });
  let closed = false;
  return {
    async store(image) {
      if (closed) throw new Error('the store is closed'); // a pool that was destroyed would start a thread anew
      const fault = await order(image);
      if (fault !== null) throw Object.assign(new Error(fault.message), { code: fault.code });
    },
    close() {
      closed = true;
      return pool.destroy();
    },
  };
}
