import type { WorkerContext } from './context.ts';

/** What is done again and again until it is stopped. */
export interface Repeated {
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

/** Does the work again and again, with pauses that jitter keeps apart from those of other workers. */
export function repeat(
  { random }: Pick<WorkerContext, 'random'>,
  everyMs: number,
  work: () => Promise<unknown>,
): Repeated {
  let timer: NodeJS.Timeout;
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const schedule = () => {
    timer = setTimeout(
      () => {
        running = work().finally(() => {
          if (!stopped) schedule();
        });
      },
      everyMs * (0.75 + random() / 2),
    );
  };
  schedule();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
