import sharp from 'sharp';
import type { Random } from '../../../chaos/random.ts';
import { type Projection, projectImage, tilted } from './projection.ts';
import type { GrayImage } from './sheet.ts';
import type { Condition } from './truth.ts';

/** What was done to a page: its file, and where its points went (null: they stayed). */
export interface Damaged {
  /** PNG, of scans and photos JPEG. */
  readonly file: Buffer;
  readonly moved: Projection | null;
}

/**
 * Makes a scan (turned by up to 5°, blurred, noisy) or a photo (turned by up to 3°, seen from somewhat aside, in the shadow)
 * of a drawn page, or leaves it clean.
 */
export async function damage(image: GrayImage, condition: Condition, random: Random): Promise<Damaged> {
  if (condition === 'clean' || condition === 'small print')
    return { file: await encode(image).png().toBuffer(), moved: null };
  const isPhoto = condition === 'photo';
  const degrees = random.whole(isPhoto ? -30 : -50, isPhoto ? 30 : 50) / 10;
  const tilt = () => (isPhoto ? random.whole(-40, 40) / 1000 : 0);
  const moved = tilted(image.width, image.height, degrees, tilt(), tilt());
  const turned = projectImage(moved, image);
  const blurred = await encode(turned)
    .blur(random.whole(4, 9) / 10)
    .toColourspace('b-w')
    .extractChannel(0)
    .raw()
    .toBuffer();
  const lit = { ...turned, gray: blurred };
  if (isPhoto) castShadow(lit, random);
  addNoise(lit, random.whole(3, isPhoto ? 9 : 6), random);
  return {
    file: await encode(lit)
      .jpeg({ quality: random.whole(60, 85) })
      .toBuffer(),
    moved,
  };
}

function encode({ gray, width, height }: GrayImage) {
  return sharp(gray, { raw: { width, height, channels: 1 } });
}

/** Light that fades from one corner to the other, and the edge of a shadow across the page. */
function castShadow({ gray, width, height }: GrayImage, random: Random): void {
  const fade = random.whole(15, 40) / 100;
  const [towardsX, towardsY] = [random.pick([0, 1]), random.pick([0, 1])];
  const edge = random.whole(20, 80) / 100;
  const slope = random.whole(-30, 30) / 100;
  const depth = random.whole(10, 30) / 100;
  const { abs, exp, round } = Math; // two million times: under Jest each look at a global costs more than the sum
  for (let y = 0; y < height; y++) {
    const v = y / height;
    for (let x = 0; x < width; x++) {
      const u = x / width;
      const away = (abs(u - towardsX) + abs(v - towardsY)) / 2;
      const inShadow = 1 / (1 + exp(-(u + slope * v - edge) * 40));
      const at = y * width + x;
      gray[at] = round((gray[at] ?? 0) * (1 - fade * away) * (1 - depth * inShadow));
    }
  }
}

/** Grain of about so many shades (the sum of three even chances is bell-shaped enough). */
function addNoise({ gray }: GrayImage, shades: number, random: Random): void {
  let state = random.whole(1, 2 ** 30);
  const { imul, max, min, round } = Math;
  const next = () => {
    state = (imul(state, 1_664_525) + 1_013_904_223) >>> 0; // a generator of its own: a page has two million pixels
    return state / 2 ** 32 - 0.5;
  };
  for (let i = 0; i < gray.length; i++) {
    const grain = (next() + next() + next()) * 2 * shades;
    gray[i] = max(0, min(255, round((gray[i] ?? 0) + grain)));
  }
}
