import { describe, expect, test } from '@jest/globals';
import { together } from '../src/index.ts';

/** Work that is held until the test lets it go, and tells its batches. */
function held() {
  const batches: number[][] = [];
  const releases: Array<() => void> = [];
  const work = (items: readonly number[]) => {
    batches.push([...items]);
    return new Promise<number[]>((resolve) => releases.push(() => resolve(items.map((item) => item * 10))));
  };
  return { batches, releases, work };
}
const soon = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('what is asked for together', () => {
  test('in one moment is done in one go, and everyone gets their own answer', async () => {
    const batches: number[][] = [];
    const ask = together(
      async (items: readonly number[]) => {
        batches.push([...items]);
        return items.map((item) => item * 10);
      },
      { mostAtOnce: 10, underWay: 1 },
    );
    expect(await Promise.all([ask(1), ask(2), ask(3)])).toEqual([10, 20, 30]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  test('and is more than one batch, is begun at once, in order, as far as batches may be under way', async () => {
    const { batches, work } = held();
    const ask = together(work, { mostAtOnce: 1, underWay: 2 });
    for (const item of [1, 2, 3]) void ask(item);
    await soon();
    expect(batches).toEqual([[1], [2]]);
  });

  test('while a batch is under way waits for it, and goes into the next one', async () => {
    const { batches, releases, work } = held();
    const ask = together(work, { mostAtOnce: 10, underWay: 1 });
    const first = ask(1);
    await soon();
    const others = [ask(2), ask(3)];
    await soon();
    expect(batches).toEqual([[1]]);
    releases[0]?.();
    await first;
    await soon();
    expect(batches).toEqual([[1], [2, 3]]);
    releases[1]?.();
    expect(await Promise.all(others)).toEqual([20, 30]);
  });

  test('is parted into batches that are not too large', async () => {
    const { batches, releases, work } = held();
    const ask = together(work, { mostAtOnce: 2, underWay: 1 });
    const all = Promise.all([1, 2, 3].map(ask));
    await soon();
    expect(batches).toEqual([[1, 2]]);
    releases[0]?.();
    await soon();
    releases[1]?.();
    expect(await all).toEqual([10, 20, 30]);
  });

  test('fails together, and what comes after is done all the same', async () => {
    let fails = true;
    const ask = together(
      async (items: readonly number[]) => {
        if (fails) throw new Error('broken');
        return items;
      },
      { mostAtOnce: 10, underWay: 1 },
    );
    const failed = await Promise.allSettled([ask(1), ask(2)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await ask(3)).toBe(3);
  });
});
