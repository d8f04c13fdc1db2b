import { describe, expect, test } from '@jest/globals';
import { createEndings } from '../src/endings.ts';

const REF = { taskId: 'task-1', stage: 'poll', generation: 1, dispatch: 1 } as const;

/** Endings, and what can happen to the worker that they are of. */
function ofAWorker() {
  const stopping = new AbortController();
  let lease = new AbortController();
  const watches = new Set<() => void>();
  const begin = createEndings({
    stopping: stopping.signal,
    lease: { signal: () => lease.signal, held: async () => {} },
    takenAway: {
      watch: (_ref, onTaken) => {
        watches.add(onTaken);
        return () => watches.delete(onTaken);
      },
    },
  });
  return {
    begin,
    stop: () => stopping.abort('stop'),
    loseLease: () => lease.abort('lease'),
    regainLease: () => {
      lease = new AbortController();
    },
    takeTasks: () => {
      for (const onTaken of [...watches]) onTaken();
    },
    watched: () => watches.size,
  };
}

describe('a stage that runs', () => {
  test('goes on until there is a reason', () => {
    const { begin } = ofAWorker();
    expect(begin(REF).signal.aborted).toBe(false);
  });

  test('ends when the worker stops, as do all others', () => {
    const worker = ofAWorker();
    const endings = [worker.begin(REF), worker.begin(REF)];
    worker.stop();
    expect(endings.map(({ signal }) => signal.reason)).toEqual(['stop', 'stop']);
    expect(endings.map((ending) => ending.wasTaken())).toEqual([false, false]);
  });

  test('ends with the lease', () => {
    const worker = ofAWorker();
    const ending = worker.begin(REF);
    worker.loseLease();
    expect(ending.signal.reason).toBe('lease');
    expect(ending.wasTaken()).toBe(false);
  });

  test('ends with the lease that was regained, too, and not with the one before', () => {
    const worker = ofAWorker();
    worker.begin(REF);
    worker.loseLease();
    worker.regainLease();
    const ending = worker.begin(REF);
    expect(ending.signal.aborted).toBe(false);
    worker.loseLease();
    expect(ending.signal.reason).toBe('lease');
  });

  test('ends when its task is taken away', () => {
    const worker = ofAWorker();
    const ending = worker.begin(REF);
    worker.takeTasks();
    expect(ending.signal.aborted).toBe(true);
    expect(ending.wasTaken()).toBe(true);
  });

  test('has ended for the first reason', () => {
    const worker = ofAWorker();
    const ending = worker.begin(REF);
    worker.stop();
    worker.takeTasks();
    expect(ending.signal.reason).toBe('stop');
    expect(ending.wasTaken()).toBe(false);
  });

  test.each(['stop', 'loseLease'] as const)('has ended before it begins after: %s', (what) => {
    const worker = ofAWorker();
    worker[what]();
    expect(worker.begin(REF).signal.aborted).toBe(true);
  });

  test('is not ended, and its task not watched, when it has run', () => {
    const worker = ofAWorker();
    const ending = worker.begin(REF);
    ending.release();
    expect(worker.watched()).toBe(0);
    worker.stop();
    expect(ending.signal.aborted).toBe(false);
  });
});
