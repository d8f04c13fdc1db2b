import type { Dpi, PageImage } from '@ocrelay/exports';
import { decoding, openPicture } from '@ocrelay/picture';
import { resolutionRatio } from './resolution.ts';

/** Pixels of the page as the document counts them, `[x1, y1, x2, y2]`, and its size. */
export interface Cutting {
  readonly box: readonly [number, number, number, number];
  readonly pageWidth: number;
  readonly pageHeight: number;
}

/** Uploads were checked for their pixels when they came. */
const ANY_SIZE = Number.POSITIVE_INFINITY;
/** EXIF orientations from this one on exchange width and height. */
const FIRST_ON_ITS_SIDE = 5;
/** Of a picture that a JPEG is turned into: hardly to be told from it. */
const NEARLY_THE_SAME = { quality: 92, chromaSubsampling: '4:4:4' };

/**
 * A stored image, upright, as boxes count. A JPEG or PNG that is upright already is given as it is, byte for byte; another
 * JPEG as a JPEG, everything else without loss as PNG.
 * @throws UnreadableImage
 */
export async function uprightPicture(bytes: Uint8Array): Promise<PageImage> {
  const picture = await openPicture(bytes, ANY_SIZE);
  const { format, orientation = 1, density, space } = await picture.metadata();
  const isPlain = orientation === 1 && (space === 'srgb' || space === 'b-w');
  if (isPlain && (format === 'jpeg' || format === 'png'))
    return { kind: format, bytes, ...dpiOf(density, format, bytes) };
  const upright = picture.autoOrient().toColourspace('srgb');
  const kind = format === 'jpeg' ? 'jpeg' : 'png';
  const made = await decoding((kind === 'jpeg' ? upright.jpeg(NEARLY_THE_SAME) : upright.png()).toBuffer());
  // What is made has the resolution of what it is made of, not turned with it; a JPEG has none.
  return { kind, bytes: made, ...dpiOf(density, kind, kind === 'jpeg' ? bytes : made, orientation) };
}

/** @param across what the library tells; nothing where the picture says nothing of it */
function dpiOf(
  across: number | undefined,
  kind: PageImage['kind'],
  bytes: Uint8Array,
  orientation = 1,
): { readonly dpi?: Dpi } {
  if (across === undefined) return {};
  const down = across * resolutionRatio(kind, bytes);
  return { dpi: orientation < FIRST_ON_ITS_SIDE ? { x: across, y: down } : { x: down, y: across } };
}

/**
 * A piece of the upright image, as PNG. The document may count in other pixels than the image has, where the service scaled it.
 * @throws UnreadableImage
 */
export async function cutOut(bytes: Uint8Array, { box, pageWidth, pageHeight }: Cutting): Promise<Uint8Array> {
  const picture = await openPicture(bytes, ANY_SIZE);
  const { width, height } = (await picture.metadata()).autoOrient;
  const across = pageWidth > 0 ? width / pageWidth : 1;
  const down = pageHeight > 0 ? height / pageHeight : 1;
  const left = clamp(Math.floor(box[0] * across), 0, width - 1);
  const top = clamp(Math.floor(box[1] * down), 0, height - 1);
  const right = clamp(Math.ceil(box[2] * across), left + 1, width);
  const bottom = clamp(Math.ceil(box[3] * down), top + 1, height);
  const piece = picture.autoOrient().extract({ left, top, width: right - left, height: bottom - top });
  return decoding(piece.png().toBuffer());
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
