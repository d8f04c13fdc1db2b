import { Tensor } from 'onnxruntime-node';
import { decodeCtc, type ReadCharacter } from './ctc.ts';
import { cutLine, LINE_HEIGHT } from './cut-line.ts';
import { inkOf } from './ink.ts';
import type { Model } from './models.ts';
import type { Box, Line, Page } from './page.ts';
import { withSpaces } from './spaces.ts';

/** Narrower lines get white beside them. */
const LEAST_WIDTH = 48;
/** What is read with less certainty than this is a smudge. */
const LEAST_CONFIDENCE = 0.5;

/** Reads one line of text. @returns null where there is nothing to read after all. */
export async function recogniseLine(
  session: Model,
  alphabet: readonly string[],
  page: Page,
  box: Box,
): Promise<Line | null> {
  const { gray, width } = await cutLine(page, box);
  const inputWidth = Math.max(LEAST_WIDTH, width);
  const input = new Tensor('float32', normalise(gray, width, inputWidth), [1, 3, LINE_HEIGHT, inputWidth]);
  const output = await session.run({ [session.inputNames[0] ?? '']: input });
  const scores = output[session.outputNames[0] ?? ''];
  if (!(scores?.data instanceof Float32Array)) throw new TypeError('the recognition model gave no scores');
  const characters = decodeCtc(scores.data, scores.dims[1] ?? 0, alphabet).map((character) => ({
    ...character,
    at: Math.min(1, (character.at * inputWidth) / width),
  }));
  const { columns, letterHeight } = inkOf(gray, width, LINE_HEIGHT);
  const text = withSpaces(characters, columns, letterHeight);
  const confidence = meanConfidence(characters);
  if (text === '' || confidence < LEAST_CONFIDENCE) return null;
  return { text, box, confidence, letterHeight: (letterHeight * (box.bottom - box.top)) / LINE_HEIGHT };
}

function meanConfidence(characters: readonly ReadCharacter[]): number {
  return characters.reduce((sum, character) => sum + character.confidence, 0) / Math.max(1, characters.length);
}

/** Gray to the three equal channels of −1 to 1 that the model takes; 0 (mid-gray) where the line is too narrow. */
function normalise(gray: Buffer, width: number, inputWidth: number): Float32Array {
  const plane = inputWidth * LINE_HEIGHT;
  const values = new Float32Array(plane * 3);
  for (let y = 0; y < LINE_HEIGHT; y++) {
    for (let x = 0; x < width; x++) values[y * inputWidth + x] = (gray[y * width + x] ?? 0) / 127.5 - 1;
  }
  values.copyWithin(plane, 0, plane);
  values.copyWithin(2 * plane, 0, plane);
  return values;
}
