import { dependencyTrouble } from '@ocrelay/telemetry';
import type { WorkerContext } from './context.ts';

/** Does work that will be done again, so that its failure is only logged, as trouble with what it needs. @returns whether it went through. */
export async function wentThrough(
  { log }: Pick<WorkerContext, 'log'>,
  dependency: string,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    dependencyTrouble(log, dependency, error);
    return false;
  }
}
