import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { compilePrograms } from '../../../test/support/compiled.ts';
import { createLimitedThreads, type LimitedThreads } from '../src/index.ts';
import type { Told } from './programs/thread-main.ts';

let file: URL;
beforeAll(() => {
  file = compilePrograms('limited-threads')('thread');
});

const ms = 60_000;
const opened: Array<LimitedThreads<Told, number>> = [];
function oneThread(): LimitedThreads<Told, number> {
  const made = createLimitedThreads<Told, number>(file, { threads: 1, heapMb: 64 });
  opened.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

test('orders are answered by a thread, which is kept for the next one', async () => {
  const threads = oneThread();
  const thread = await threads.run({ kind: 'answer' }, { ms });
  expect(thread).toBeGreaterThan(0);
  expect(await threads.run({ kind: 'answer' }, { ms })).toBe(thread);
});

test('a port goes over to the thread with its order', async () => {
  const { port1, port2 } = new MessageChannel();
  const heard = once(port1, 'message');
  await oneThread().run({ kind: 'say hello', port: port2 }, { ms, transferList: [port2] });
  expect(await heard).toEqual(['hello']);
});

test('what the thread throws is thrown, and the thread lives', async () => {
  const threads = oneThread();
  const thread = await threads.run({ kind: 'answer' }, { ms });
  const thrown = { name: 'RangeError', message: 'as it was told' };
  await expect(threads.run({ kind: 'throw' }, { ms })).rejects.toMatchObject(thrown);
  expect(await threads.run({ kind: 'answer' }, { ms })).toBe(thread);
});

describe('an order that takes too much', () => {
  test.each([
    ['time', 'hang', 1_500, 'it takes more than 1.5 s'],
    ['memory', 'eat memory', ms, 'it takes more than 64 MB of memory'],
  ] as const)('%s ends its thread, and the next one is answered by another', async (of, kind, limitMs, message) => {
    const threads = oneThread();
    const thread = await threads.run({ kind: 'answer' }, { ms });
    const order = threads.run({ kind }, { ms: limitMs });
    await expect(order).rejects.toMatchObject({ name: 'TookTooMuchError', of, message });
    expect(await threads.run({ kind: 'answer' }, { ms })).not.toBe(thread);
  });
});

describe('who gives up', () => {
  test('ends the thread, and the next order is answered by another', async () => {
    const threads = oneThread();
    const thread = await threads.run({ kind: 'answer' }, { ms });
    const giveUp = new AbortController();
    const hanging = threads.run({ kind: 'hang' }, { ms, signal: giveUp.signal });
    giveUp.abort(new Error('no longer'));
    await expect(hanging).rejects.toThrow('no longer');
    expect(await threads.run({ kind: 'answer' }, { ms })).not.toBe(thread);
  });

  test('before the order is given asks no thread', async () => {
    const signal = AbortSignal.abort(new Error('no longer'));
    await expect(oneThread().run({ kind: 'hang' }, { ms, signal })).rejects.toThrow('no longer');
  });
});

test('threads that are closed reject what is under way, and are not started anew', async () => {
  const threads = oneThread();
  await threads.run({ kind: 'answer' }, { ms });
  const hanging = threads.run({ kind: 'hang' }, { ms }).catch((error: unknown) => error);
  await threads.close();
  expect(await hanging).toBeInstanceOf(Error);
  await expect(threads.run({ kind: 'answer' }, { ms })).rejects.toThrow('the threads are closed');
});
