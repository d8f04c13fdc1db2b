import { diffArrays } from 'diff';

/** The letters that may be lent: what the first model, which has not (all of) them, reads in their place. Never a digit. */
const INSTEAD: Readonly<Record<string, string>> = {
  ä: 'aáàâå',
  ö: 'oóòôO',
  ü: 'uúùû',
  Ä: 'AÁÀÂÅ',
  Ö: 'OÓÒÔo',
  Ü: 'UÚÙÛ',
  ß: 'Bβs',
  '€': 'EeCc∈`',
};
/** A word agrees when for each letter that was read otherwise so many were read alike. */
const ALIKE_FOR_ONE_OTHER = 6;

const COUNTS = /^[\p{L}\p{N}]$/u;

/** Where both readings are in step: '' on the side that has nothing there. */
interface Place {
  readonly first: string;
  readonly second: string;
}

/**
 * Takes from a second reading of a line the letters that the first cannot express, where the word around them was otherwise
 * read alike: ä, ö, ü, ß and € in place of what resembles them, or of nothing. All else stays as it was first read: figures too.
 */
export function lendLetters(first: string, second: string): string {
  const words = toWords(inStep([...first], [...second.replace(/\s+/g, ' ').trim()]));
  const lent = words.map((word, i) => lendWord(word, [words[i - 1] ?? [], words[i + 1] ?? []]));
  return lent.join('').replace(/ {2,}/g, ' ').trim();
}

function inStep(first: string[], second: string[]): Place[] {
  const places: Place[] = [];
  let [a, b] = [0, 0];
  for (const { added, removed, value } of diffArrays(first, second, { comparator: resembles })) {
    for (const _ of value) {
      places.push({ first: added ? '' : (first[a] ?? ''), second: removed ? '' : (second[b] ?? '') });
      if (!added) a++;
      if (!removed) b++;
    }
  }
  return places;
}

function resembles(first: string, second: string): boolean {
  return first === second || INSTEAD[second]?.includes(first) === true;
}

/** Parted by the spaces of the second reading, since the first drops some; each word with the space behind it. */
function toWords(places: readonly Place[]): Place[][] {
  const words: Place[][] = [[]];
  for (const place of places) {
    words.at(-1)?.push(place);
    if (place.second === ' ') words.push([]);
  }
  return words;
}

function lendWord(word: readonly Place[], neighbours: readonly (readonly Place[])[]): string {
  const asItWas = word.map(({ first }) => first).join('');
  const loans = word.filter(isLoan);
  if (loans.length === 0) return asItWas;
  const isMissed = loans.some(({ first }) => first === '');
  if (alikeIn(word) === 0) {
    // A sign that stands alone: its neighbours tell whether both readings are of the same place.
    if (loans.length > 1 || loans[0]?.second !== '€') return asItWas;
    if (!isMissed) return neighbours.some(isAlike) ? withLoans(word) : asItWas;
    return neighbours.some((one) => isAlike(one) && one.some(({ first }) => /\d/.test(first)))
      ? ` € ${asItWas}`
      : asItWas;
  }
  const others = othersIn(word);
  return others === 0 || (!isMissed && others * ALIKE_FOR_ONE_OTHER <= alikeIn(word)) ? withLoans(word) : asItWas;
}

function isLoan({ first, second }: Place): boolean {
  return second in INSTEAD && first !== second;
}

function withLoans(word: readonly Place[]): string {
  return word.map((place) => (isLoan(place) ? place.second : place.first)).join('');
}

function isAlike(word: readonly Place[]): boolean {
  return alikeIn(word) > 0 && othersIn(word) === 0;
}

function alikeIn(word: readonly Place[]): number {
  return word.filter(({ first, second }) => first === second && COUNTS.test(first)).length;
}

/** Letters and figures that one reading has and the other has not. Signs do not count: the second sees some where none are. */
function othersIn(word: readonly Place[]): number {
  return word.filter(
    (place) => place.first !== place.second && !isLoan(place) && COUNTS.test(place.first + place.second),
  ).length;
}
