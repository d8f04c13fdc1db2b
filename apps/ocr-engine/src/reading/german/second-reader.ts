import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import sharp from 'sharp';
import type { Page } from '../page.ts';

/** Reads lines of German text, all letters of it. Slower than the first model, and less sure of figures. */
export interface SecondReader {
  /**
   * @param line cut out of a page
   * @returns what stands there; '' for nothing
   * @throws Error when the reader cannot be loaded, or broke; the next call begins anew
   */
  read(line: Page): Promise<string>;
}

type ReadLine = (line: Page) => Promise<string>;

const require = createRequire(import.meta.url);
/** "best" in whole numbers: four times smaller than the folder beside it, which has a recogniser too that is not used. */
const trainedPath = () => require.resolve('@tesseract.js-data/deu/4.0.0_best_int/deu.traineddata.gz');
/** So many pixels of the line's edge are repeated around it: Tesseract overlooks letters that touch the edge. */
const MARGIN = 6;
const LSTM_ONLY = 1;
const SINGLE_LINE = 7;
/** Tesseract guesses it otherwise, which takes time; it means nothing for a line of known height. */
const DOTS_AN_INCH = 300;
/** Each text that crosses from WebAssembly stays in its memory for good: some 100 bytes. So it is begun anew in time. */
const MOST_LINES = 50_000;

/** Nothing is loaded, or looked for, before the first line. @param trained path of Tesseract's data for German, gzipped */
export function createSecondReader(trained?: string): SecondReader {
  let loading: Promise<ReadLine> | null = null;
  let lines = 0;
  return {
    async read(line) {
      try {
        loading ??= load(trained ?? trainedPath());
        const text = await (await loading)(line);
        if (++lines % MOST_LINES === 0) loading = null;
        return text;
      } catch (error) {
        loading = null;
        throw error;
      }
    },
  };
}

async function load(trained: string): Promise<ReadLine> {
  const { default: create } = await import('tesseract.js-core/tesseract-core-simd-lstm.js');
  const core = await create({ print: () => undefined, printErr: () => undefined });
  core.FS.writeFile('deu.traineddata', await promisify(gunzip)(await readFile(trained)));
  const api = new core.TessBaseAPI();
  if (api.Init(null, 'deu', LSTM_ONLY) !== 0) throw new Error('Tesseract does not take its data for German');
  api.SetPageSegMode(SINGLE_LINE);
  return async (line) => {
    core.FS.writeFile('/input', portableGraymap(await withMargin(line)));
    if (api.SetImageFile() === 1) throw new Error('Tesseract does not take the picture of a line');
    api.SetSourceResolution(DOTS_AN_INCH);
    if (api.Recognize(null) !== 0) throw new Error('Tesseract did not read a line');
    const text = api.GetUTF8Text();
    api.Clear();
    return text.trim();
  };
}

async function withMargin({ gray, width, height }: Page): Promise<Page> {
  const { data, info } = await sharp(gray, { raw: { width, height, channels: 1 } })
    .extend({ top: MARGIN, right: MARGIN, bottom: MARGIN, left: MARGIN, extendWith: 'copy' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { gray: data, width: info.width, height: info.height };
}

/** The plainest of the formats that Tesseract reads. */
function portableGraymap({ gray, width, height }: Page): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), gray]);
}
