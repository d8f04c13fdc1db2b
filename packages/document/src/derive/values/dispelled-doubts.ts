import type { Amount, Doubt } from './amount.ts';

/** The doubts about numbers of a column that its other cells dispel. @param amounts null for cells that are no numbers */
export function dispelledDoubts(amounts: readonly (Amount | null)[]): ReadonlySet<Doubt> {
  const dispelled = new Set<Doubt>();
  for (const amount of amounts) {
    if (amount === null) continue;
    if (amount.doubt !== 'item') dispelled.add('item');
    if (amount.doubt !== null) continue;
    if (/\d \d/.test(amount.written)) dispelled.add('phone');
    if (/\.\d{4}$/.test(amount.written)) dispelled.add('month');
    if (isNoIdentifier(amount)) dispelled.add('long');
  }
  if (amounts.includes(null)) dispelled.delete('long'); // a form has texts, phones and counts below each other
  return dispelled;
}

/** Shorter than any phone, or written as nobody writes an identifier. */
function isNoIdentifier({ type, written, negative }: Amount): boolean {
  return type !== 'number' || negative || written.length < 7 || !/^\d+$/.test(written);
}
