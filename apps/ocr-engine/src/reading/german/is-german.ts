import { franc } from 'franc';

/** Languages in Latin letters that are told apart: the most usual ones, since a page has few words. ISO 639-3. */
const LANGUAGES = ['deu', 'eng', 'fra', 'spa', 'ita', 'por', 'nld', 'dan', 'swe', 'fin', 'pol', 'ces', 'hun', 'tur'];
/** Fewer letters say nothing certain about their language: some five words. */
const LEAST_LETTERS = 30;

/** Whether most of the Latin words of a page's lines are German, by their trigrams. */
export function isGerman(lines: readonly string[]): boolean {
  const words = lines.flatMap((line) => line.match(/\p{Script=Latin}{2,}/gu) ?? []);
  return franc(words.join(' '), { only: LANGUAGES, minLength: LEAST_LETTERS }) === 'deu';
}
