import { Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import type { Model } from './models.ts';
import type { Box, Page } from './page.ts';
import { textRegions } from './text-regions.ts';

/**
 * The page is shrunk to this many pixels for detection. By area, not by side: so a very wide page keeps letters that can be
 * seen, and memory is bounded all the same.
 */
const MAP_PIXELS = 1_600_000;
/** The model halves its input five times. */
const MULTIPLE = 32;
/** Of ImageNet, which the model was trained with. */
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/** What the detection model sees of a page's text, in its pixels. */
export interface Detected {
  /** The cores of the lines. */
  readonly lines: readonly Box[];
  /** Parts of what may be a letter that stands alone. */
  readonly hints: readonly Box[];
}

/** Finds the text of a page. */
export async function detectLines(session: Model, page: Page): Promise<Detected> {
  const scale = Math.min(1, Math.sqrt(MAP_PIXELS / (page.width * page.height)));
  const width = Math.max(1, Math.round(page.width * scale));
  const height = Math.max(1, Math.round(page.height * scale));
  const mapWidth = Math.ceil(width / MULTIPLE) * MULTIPLE;
  const mapHeight = Math.ceil(height / MULTIPLE) * MULTIPLE;
  const gray = await sharp(page.gray, {
    raw: { width: page.width, height: page.height, channels: 1 },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .extend({ right: mapWidth - width, bottom: mapHeight - height, background: '#ffffff' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const input = new Tensor('float32', normalise(gray), [1, 3, mapHeight, mapWidth]);
  const output = await session.run({ [session.inputNames[0] ?? '']: input });
  const map = output[session.outputNames[0] ?? '']?.data;
  if (!(map instanceof Float32Array)) throw new TypeError('the detection model gave no map');
  const onPage = (box: Box): Box => ({
    left: Math.floor((box.left * page.width) / width),
    top: Math.floor((box.top * page.height) / height),
    right: Math.min(page.width, Math.ceil((box.right * page.width) / width)),
    bottom: Math.min(page.height, Math.ceil((box.bottom * page.height) / height)),
  });
  const { text, hints } = textRegions(map, mapWidth, mapHeight);
  return { lines: text.map(onPage), hints: hints.map(onPage) };
}

function normalise(gray: Buffer): Float32Array {
  const size = gray.length;
  const values = new Float32Array(size * 3);
  for (let channel = 0; channel < 3; channel++) {
    const mean = MEAN[channel] ?? 0;
    const deviation = DEVIATION[channel] ?? 1;
    for (let i = 0; i < size; i++) values[channel * size + i] = ((gray[i] ?? 0) / 255 - mean) / deviation;
  }
  return values;
}
