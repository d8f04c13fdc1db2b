import { type InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { decodeCtc, type ReadCharacter } from './ctc.ts';
import { inkOf } from './ink.ts';
import type { Box, Line, Page } from './page.ts';
import { withSpaces } from './spaces.ts';

/** The model's input height, pixels. */
const HEIGHT = 48;
/** Wider lines are squeezed: the model's memory grows with the square of the width. */
const MOST_WIDTH = 4_800;
/** Narrower ones get white beside them. */
const LEAST_WIDTH = 48;
/** What is read with less certainty than this is a smudge. */
const LEAST_CONFIDENCE = 0.5;

/** Reads one line of text. @returns null where there is nothing to read after all. */
export async function recogniseLine(
  session: InferenceSession,
  alphabet: readonly string[],
  page: Page,
  box: Box,
): Promise<Line | null> {
  const boxWidth = box.right - box.left;
  const boxHeight = box.bottom - box.top;
  const width = Math.max(1, Math.min(MOST_WIDTH, Math.round((boxWidth * HEIGHT) / boxHeight)));
  const gray = await sharp(page.gray, {
    raw: { width: page.width, height: page.height, channels: 1 },
    limitInputPixels: false,
  })
    .extract({ left: box.left, top: box.top, width: boxWidth, height: boxHeight })
    .resize(width, HEIGHT, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const inputWidth = Math.max(LEAST_WIDTH, width);
  const input = new Tensor('float32', normalise(gray, width, inputWidth), [1, 3, HEIGHT, inputWidth]);
  const output = await session.run({ [session.inputNames[0] ?? '']: input });
  const scores = output[session.outputNames[0] ?? ''];
  if (!(scores?.data instanceof Float32Array)) throw new TypeError('the recognition model gave no scores');
  const characters = decodeCtc(scores.data, scores.dims[1] ?? 0, alphabet).map((character) => ({
    ...character,
    at: Math.min(1, (character.at * inputWidth) / width),
  }));
  const { columns, letterHeight } = inkOf(gray, width, HEIGHT);
  const text = withSpaces(characters, columns, letterHeight);
  const confidence = meanConfidence(characters);
  if (text === '' || confidence < LEAST_CONFIDENCE) return null;
  return { text, box, confidence, letterHeight: (letterHeight * boxHeight) / HEIGHT };
}

function meanConfidence(characters: readonly ReadCharacter[]): number {
  return characters.reduce((sum, character) => sum + character.confidence, 0) / Math.max(1, characters.length);
}

/** Gray to the three equal channels of −1 to 1 that the model takes; 0 (mid-gray) where the line is too narrow. */
function normalise(gray: Buffer, width: number, inputWidth: number): Float32Array {
  const plane = inputWidth * HEIGHT;
  const values = new Float32Array(plane * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < width; x++) values[y * inputWidth + x] = (gray[y * width + x] ?? 0) / 127.5 - 1;
  }
  values.copyWithin(plane, 0, plane);
  values.copyWithin(2 * plane, 0, plane);
  return values;
}
