/**
 * Waits for both, whatever happens to either: nothing is half-way up when the caller cleans up. The first failure aborts
 * the other through `abandon`, and is the one that is thrown.
 */
export async function bothOrNone<A, B>(one: Promise<A>, other: Promise<B>, abandon: () => void): Promise<[A, B]> {
  const failures: unknown[] = [];
  const note = (error: unknown): void => {
    failures.push(error);
    abandon();
  };
  one.catch(note);
  other.catch(note);
  const [a, b] = await Promise.allSettled([one, other]);
  if (a.status === 'rejected' || b.status === 'rejected') throw failures[0];
  return [a.value, b.value];
}
