import { describe, expect, test } from '@jest/globals';
import { describeEntry, drawSchedule, type Entry } from './schedule.ts';

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);

describe.each(['redis', 'postgres'] as const)('a schedule, queues on %s', (backend) => {
  test('is the same for the same seed, and another for another', () => {
    expect(drawSchedule(7, 2, backend)).toEqual(drawSchedule(7, 2, backend));
    expect(drawSchedule(7, 2, backend)).not.toEqual(drawSchedule(8, 2, backend));
  });

  test('is over when the time is up', () => {
    for (const seed of SEEDS) {
      for (const { atMs, forMs } of drawSchedule(seed, 1, backend)) expect(atMs + forMs).toBeLessThanOrEqual(60_000);
    }
  });

  test('holds many faults in a minute', () => {
    for (const seed of SEEDS) expect(drawSchedule(seed, 1, backend).length).toBeGreaterThan(15);
  });

  test('breaks every part in ten minutes', () => {
    const said = drawSchedule(1, 10, backend).map(describeEntry).join('\n');
    for (const part of ['api', 'worker 1', 'worker 2', 'worker 3', 'ocr', 'postgres']) {
      expect(said).toContain(`${part} killed`);
    }
    for (const fault of ['frozen', 'cut off', 'nothing comes through', 'queue lost', 'no room', 'store is away']) {
      expect(said).toContain(fault);
    }
    expect(said.includes('redis')).toBe(backend === 'redis');
  });

  test('never breaks the same part twice at a time', () => {
    for (const seed of SEEDS) {
      const down = drawSchedule(seed, 2, backend).flatMap((entry) => partsOf(entry).map((part) => ({ part, entry })));
      for (const one of down) {
        const others = down.filter(({ part, entry }) => part === one.part && entry !== one.entry);
        for (const { entry } of others) expect(areApart(entry, one.entry)).toBe(true);
      }
    }
  });
});

function partsOf({ fault }: Entry): readonly string[] {
  return 'parts' in fault ? fault.parts : [];
}

function areApart(one: Entry, other: Entry): boolean {
  return one.atMs >= other.atMs + other.forMs || other.atMs >= one.atMs + one.forMs;
}
