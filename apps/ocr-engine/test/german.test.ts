import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { isGerman } from '../src/reading/german/is-german.ts';
import { lendLetters } from '../src/reading/german/lend-letters.ts';
import { mendLetters } from '../src/reading/german/mend-letters.ts';
import { createSecondReader, type SecondReader } from '../src/reading/german/second-reader.ts';
import type { Page } from '../src/reading/page.ts';

const GERMAN = ['Die Preise gelten ohne Steuer und fur 30 Tage.', 'Leere Paletten nehmen wir mit.'];
const ENGLISH = ['Prices are without tax and valid for 30 days.', 'All parts were checked before they left the works.'];
const CHINESE = ['以上价格不含税，有效期为三十天。', '实测数值均在图纸4402-B规定的范围之内。'];

const page: Page = { gray: Buffer.alloc(240 * 60, 255), width: 240, height: 60 };

describe('letters of a second reading', () => {
  test.each([
    ['umlauts', 'Arger uber Ol und schone Ubung', 'Ärger über Öl und schöne Übung', 'Ärger über Öl und schöne Übung'],
    [
      'ß for B, β and s',
      'GummifuB, MaβstabgroBe, es heist',
      'Gummifuß, Maßstabgröße, es heißt',
      'Gummifuß, Maßstabgröße, es heißt',
    ],
    ['ß that was not seen at all', 'Das Ma stimmt', 'Das Maß stimmt', 'Das Maß stimmt'],
    ['€ for E', 'Betrag 24.310,05 E inkl. MwSt.', 'Betrag 24.310,05 € inkl. MwSt.', 'Betrag 24.310,05 € inkl. MwSt.'],
    ['€ behind an amount', '1.234,56', '1.234,56 €', '1.234,56 €'],
    ['€ before an amount', 'Summe 89,90', 'Summe € 89,90', 'Summe € 89,90'],
    ['€ without a space', '1.234,56', '1.234,56€', '1.234,56€'],
    ['€ in a heading', 'Preis in E', 'Preis in €', 'Preis in €'],
  ])('are taken: %s', (_name, first, second, expected) => {
    expect(lendLetters(first, second)).toBe(expected);
  });

  test.each([
    ['figures', 'fur 30 Tage, Nr. 1807', 'für 80 Tage, Nr. 1B07', 'für 30 Tage, Nr. 1807'],
    [
      'other letters, signs and spaces',
      '(Formblatt Q-17) gepruft.',
      '{Formblatt 0-17} geprüft :',
      '(Formblatt Q-17) geprüft.',
    ],
    ['letters that the first one read itself', 'für Bären', 'fur Baren', 'für Bären'],
    ['words that are another in the second reading', 'Kupferrohr', 'Küpfarröhr', 'Kupferrohr'],
    ['a € behind another amount', '1.234,56', '1.284,56 €', '1.234,56'],
    ['a € in place of a figure', '56', '5€', '56'],
    ['anything when nothing was read', 'Werktagen', '', 'Werktagen'],
  ])('are not taken for %s', (_name, first, second, expected) => {
    expect(lendLetters(first, second)).toBe(expected);
  });
});

describe('the second reading', () => {
  const place = (text: string) => ({
    line: { text, box: { left: 20, top: 10, right: 220, bottom: 50 }, confidence: 1 },
  });
  const textsOf = async (texts: readonly string[], reader: SecondReader) =>
    (await mendLetters(texts.map(place), page, reader)).map(({ line }) => line.text);
  const broken: SecondReader = { read: () => Promise.reject(new Error('broken')) };

  test.each([
    ['German, also where the umlauts are missing', GERMAN, true],
    ['a German table', ['Sechskantschraube M12', 'Unterlegscheibe', 'Antriebsriemen', 'Turgriff M6', 'am Lager'], true],
    ['English', ENGLISH, false],
    ['Chinese with some numbers of parts', CHINESE, false],
    ['two words', ['Der Turgriff'], false], // too little to tell
  ])('is of pages in German only: %s', (_name, lines, expected) => {
    expect(isGerman(lines)).toBe(expected);
  });

  test('lines of English and Chinese pages are left alone', async () => {
    expect(await textsOf(ENGLISH, broken)).toEqual(ENGLISH);
    expect(await textsOf(CHINESE, broken)).toEqual(CHINESE);
    await expect(textsOf(GERMAN, broken)).rejects.toThrow('broken');
  });

  test('of a German page, lines with words and amounts are read again, other figures are not', async () => {
    const asked: Page[] = [];
    const reader: SecondReader = {
      read: async (line) => {
        asked.push(line);
        return 'für';
      },
    };
    const lines = [...GERMAN, 'fur', '12,50', '12.10.2026', '4711'];
    expect(await textsOf(lines, reader)).toEqual([...GERMAN, 'für', '12,50', '12.10.2026', '4711']);
    expect(asked.map(({ width, height }) => [width, height])).toEqual(new Array(4).fill([196, 48]));
  });
});

// How it reads is a test of the whole engine.
describe('the second reader', () => {
  test.each([
    ['no gzip file', Buffer.from('no gzip')],
    ['no data of Tesseract', gzipSync('no data')],
  ])('says so when its data is damaged: %s', async (_name, data) => {
    const folder = await mkdtemp(join(tmpdir(), 'ocr-engine-german-'));
    const damaged = join(folder, 'deu.traineddata.gz');
    await writeFile(damaged, data);
    await expect(createSecondReader(damaged).read(page)).rejects.toThrow();
    await rm(folder, { recursive: true });
  });
});
