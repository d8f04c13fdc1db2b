/** Character error rate: edits (Levenshtein) from what was read to what is there, as a share of the latter's length. */
export function characterErrorRate(read: string, expected: string, spaces: 'counted' | 'ignored'): number {
  const clean = (text: string) => text.replace(/\s+/g, spaces === 'counted' ? ' ' : '').trim();
  const wanted = [...clean(expected)];
  return edits([...clean(read)], wanted) / Math.max(1, wanted.length);
}

/** Characters to put in, take out or replace to get from one to the other. */
export function edits(from: readonly string[], to: readonly string[]): number {
  let before = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, a] of from.entries()) {
    const row = [i + 1];
    for (const [j, b] of to.entries()) {
      const replace = (before[j] ?? 0) + (a === b ? 0 : 1);
      row.push(Math.min(replace, (before[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    before = row;
  }
  return before[to.length] ?? 0;
}
