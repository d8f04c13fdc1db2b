import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createPollSlots, type PollSlots, type Slot } from '../../src/stages/poll-slots.ts';

const POLL_MS = 25_000;
/** The least a poll is worth, and how often the slots look at the queue. */
const SHORTEST_MS = 1_000;
const LOOK_MS = 1_000;

let waiting: number;
let asked: number;
let open: PollSlots[];
beforeEach(() => {
  jest.useFakeTimers();
  waiting = 0;
  asked = 0;
  open = [];
});
afterEach(() => {
  for (const slots of open) slots.close();
  jest.useRealTimers();
});

function slotsOf(count: number, pollMs = POLL_MS): PollSlots {
  const slots = createPollSlots(count, pollMs, async () => {
    asked += 1;
    return waiting;
  });
  open.push(slots);
  return slots;
}

const never = () => new AbortController().signal;
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
/** Takes a slot and begins a poll in it. */
function polls(slots: PollSlots): Slot {
  const slot = slots.take(never());
  slot.timeoutMs();
  return slot;
}
const cut = (taken: readonly Slot[]) => taken.map((slot) => slot.signal.aborted);

describe('while no poll waits', () => {
  test('each polls for the whole time, and keeps its slot', async () => {
    const slots = slotsOf(2);
    const taken = [polls(slots), polls(slots)];
    await pass(60_000);
    expect(taken.map((slot) => slot.timeoutMs())).toEqual([POLL_MS, POLL_MS]);
    expect(taken.some((slot) => slot.mustYield())).toBe(false);
    expect(cut(taken)).toEqual([false, false]);
  });

  test('and a slot is free, the queue is not asked', async () => {
    const slots = slotsOf(2);
    polls(slots);
    await pass(10 * LOOK_MS);
    expect(asked).toBe(0);
  });
});

describe('while polls wait', () => {
  test.each([
    // slots, waiting, pollMs → the share
    [4, 1, 3_000, 2_400],
    [4, 4, 8_000, 4_000],
    [4, 16, POLL_MS, 5_000],
    [4, 36, POLL_MS, 2_500],
    [4, 96, POLL_MS, SHORTEST_MS],
    [4, 10_000, POLL_MS, SHORTEST_MS], // never shorter than a poll is worth
    [4, 1, POLL_MS, 5_000], // never longer than a job that has finished may wait
    [4, 1, 600, 600], // never longer than without anybody waiting
  ])('%i slots, %i waiting, polls of %i ms: %i ms each', async (count, others, pollMs, share) => {
    const slots = slotsOf(count, pollMs);
    const taken = Array.from({ length: count }, () => polls(slots));
    waiting = others;
    await pass(LOOK_MS);
    expect(taken.map((slot) => slot.timeoutMs())).toEqual(Array(count).fill(share));
  });

  test('whoever has a slot gives it up after its round', async () => {
    const slots = slotsOf(1);
    const slot = polls(slots);
    expect(slot.mustYield()).toBe(false);
    waiting = 1;
    await pass(LOOK_MS);
    expect(slot.mustYield()).toBe(true);
  });

  test('as many long polls are cut short as wait, those first that have had a slot longest', async () => {
    const slots = slotsOf(4);
    const taken = [];
    for (let i = 0; i < 4; i += 1) {
      taken.push(polls(slots));
      await pass(100);
    }
    waiting = 2;
    await pass(2 * SHORTEST_MS - 400);
    expect(cut(taken)).toEqual([true, true, false, false]);
  });

  test('none is cut before it has had what a poll is worth', async () => {
    const slots = slotsOf(2);
    const first = polls(slots);
    await pass(LOOK_MS - 1);
    const second = polls(slots);
    waiting = 2;
    await pass(1);
    expect(cut([first, second])).toEqual([true, false]);
    await pass(LOOK_MS);
    expect(cut([first, second])).toEqual([true, true]);
  });

  test('a poll that was short from the start is left to its own time-out, and one behind it is cut', async () => {
    const slots = slotsOf(2, 8_000);
    const short = slots.take(never());
    const long = polls(slots);
    waiting = 2;
    await pass(LOOK_MS);
    expect(long.signal.aborted).toBe(false); // a share of 4 s: twice that is no less than the 8 s it has
    expect(short.timeoutMs()).toBe(4_000);
    waiting = 6; // a share of 2 s
    await pass(LOOK_MS);
    expect(cut([short, long])).toEqual([false, true]);
  });

  test('and the queue cannot be asked, nobody is hurried', async () => {
    let away = false;
    const slots = createPollSlots(1, POLL_MS, async () => {
      if (away) throw new Error('the queue is away');
      return 9;
    });
    open.push(slots);
    const slot = slots.take(never());
    await pass(LOOK_MS);
    expect(slot.mustYield()).toBe(true);
    away = true;
    slot.leave();
    const next = slots.take(never());
    await pass(LOOK_MS);
    expect([next.mustYield(), next.timeoutMs()]).toEqual([false, POLL_MS]);
  });

  test('the queue is asked once at a time, however slow it is to answer', async () => {
    let answer = (_count: number) => {};
    const slots = createPollSlots(1, POLL_MS, () => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    open.push(slots);
    const slot = polls(slots);
    await pass(5 * LOOK_MS);
    expect(asked).toBe(1);
    answer(1);
    await pass(LOOK_MS);
    expect(asked).toBe(2);
    expect(slot.signal.aborted).toBe(true);
  });
});

describe('a slot', () => {
  test('ends with the worker, for its reason', () => {
    const stopping = new AbortController();
    const slot = slotsOf(1).take(stopping.signal);
    expect(slot.signal.aborted).toBe(false);
    stopping.abort('the worker stops');
    expect(slot.signal).toMatchObject({ aborted: true, reason: 'the worker stops' });
  });

  test('that is taken after the worker has stopped has ended already', () => {
    expect(slotsOf(1).take(AbortSignal.abort('stopped')).signal).toMatchObject({ aborted: true, reason: 'stopped' });
  });

  test('that was left is free: nobody has to yield for it, and the worker does not end it', async () => {
    const stopping = new AbortController();
    const slots = slotsOf(2);
    const left = slots.take(stopping.signal);
    const kept = polls(slots);
    waiting = 5;
    await pass(LOOK_MS);
    expect(kept.mustYield()).toBe(true);
    left.leave();
    await pass(LOOK_MS);
    expect(slots.take(never()).mustYield()).toBe(false);
    stopping.abort();
    expect(left.signal.aborted).toBe(false);
  });
});

test('once closed, the queue is asked no more', async () => {
  const slots = slotsOf(1);
  polls(slots);
  await pass(LOOK_MS);
  expect(asked).toBe(1);
  slots.close();
  await pass(10 * LOOK_MS);
  expect(asked).toBe(1);
});
