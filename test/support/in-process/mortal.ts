/**
 * A process that can die in the middle of what it does, although it is only a part of the test's own.
 *
 * Whatever it does to the world is an effect, and goes through here. It dies at one of them: before it is done, or when it
 * is done and before its answer is back. From then on nothing that it does has any effect, and no effect answers: also not to
 * its `catch` and `finally`, which in a real crash do not run either. That is why a crash is not an error that is thrown.
 */

/** Where a process dies. */
export interface CrashPoint {
  /** Its n-th effect, from 1; or the first whose name is like that. */
  readonly effect: number | RegExp;
  /** `before`: the effect is not done. `after`: it is, and its answer is lost. */
  readonly moment: 'before' | 'after';
}

export interface Mortal {
  /** The names of the effects so far, in their order. */
  readonly effects: readonly string[];
  readonly isDead: boolean;
  /** Whether it died while other effects of its own were under way. */
  readonly diedAmidst: boolean;
  /** Resolves when it dies. */
  readonly died: Promise<void>;
  /** Does something to the world, or, when dead, never answers. */
  effect<T>(name: string, perform: () => Promise<T>, options?: EffectOptions<T>): Promise<T>;
  /** Ends it, when it has not died of itself. */
  kill(): void;
  /** Resolves when nothing of what it has begun is under way any more. */
  settled(): Promise<void>;
  /** Lets what still waits for an answer go, once the test has seen what it wanted: timers of the dead would keep Node up. */
  bury(): void;
}

interface EffectOptions<T> {
  /** What the operating system does with an answer that nobody is there to take: closes a file, say. */
  readonly discard?: (answer: T) => void;
  /** Ends with the process, as a socket does; nobody waits for it. */
  readonly endsWithProcess?: boolean;
}

export function createMortal(crash: CrashPoint | null): Mortal {
  const effects: string[] = [];
  const underWay = new Set<{ readonly ended: Promise<void>; readonly endsWithProcess: boolean }>();
  const waiting = new Set<() => void>();
  let isDead = false;
  let isBuried = false;
  let diedAmidst = false;
  let die: () => void = () => {};
  const died = new Promise<void>((resolve) => {
    die = () => {
      isDead = true;
      resolve();
    };
  });
  const never = <T>() =>
    new Promise<T>((_, reject) => {
      const giveUp = () => reject(new Error('the process is dead'));
      if (isBuried) giveUp();
      else waiting.add(giveUp);
    });

  return {
    effects,
    get isDead() {
      return isDead;
    },
    get diedAmidst() {
      return diedAmidst;
    },
    died,
    async effect<T>(name: string, perform: () => Promise<T>, options: EffectOptions<T> = {}): Promise<T> {
      if (isDead) return never();
      effects.push(name);
      const isLast = crash !== null && isAt(crash, effects.length, name);
      if (isLast && crash?.moment === 'before') {
        diedAmidst = underWay.size > 0;
        die();
        return never();
      }
      const done = perform();
      const ended = done.then(
        () => {},
        () => {},
      );
      const one = { ended, endsWithProcess: options.endsWithProcess === true };
      underWay.add(one);
      await ended;
      underWay.delete(one);
      if (isLast) die();
      if (!isDead) return done;
      if (options.discard !== undefined) await done.then(options.discard, () => {});
      return never();
    },
    kill: () => die(),
    async settled() {
      for (const { ended, endsWithProcess } of underWay) if (!endsWithProcess) await ended;
    },
    bury() {
      isBuried = true;
      for (const giveUp of waiting) giveUp();
      waiting.clear();
    },
  };
}

function isAt({ effect }: CrashPoint, count: number, name: string): boolean {
  return typeof effect === 'number' ? effect === count : effect.test(name);
}
