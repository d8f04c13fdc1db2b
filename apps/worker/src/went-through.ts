import { dependencyTrouble, type Logger } from '@ocrelay/telemetry';

/**
 * Does work that will be done again, or made up for by the rows, so that its failure is only logged, as trouble with what it needs.
 * @returns whether it went through.
 */
export async function wentThrough(
  { log }: { readonly log: Logger },
  dependency: string,
  work: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    dependencyTrouble(log, dependency, error);
    return false;
  }
}
