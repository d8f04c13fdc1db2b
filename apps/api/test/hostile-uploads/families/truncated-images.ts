import { samples } from '../../upload/sample-images.ts';
import { type Attack, upload } from '../request.ts';

const CORRUPT = '422 image_corrupt';

/** Every format, cut off where it hurts: within the signature, the header, the pixels, and just before the end. */
export const truncatedImages: readonly Attack[] = Object.entries(await samples()).flatMap(([name, { bytes }]) => {
  const cut = (what: string, length: number, answer: string): Attack => [
    `${name} cut off ${what}`,
    upload(bytes.subarray(0, length)),
    answer,
  ];
  return [
    cut('after its first two bytes', 2, '415 unsupported_media_type'),
    cut('after its signature', 12, CORRUPT),
    cut('in its header', 24, CORRUPT),
    cut('in the middle', Math.floor(bytes.length / 2), CORRUPT),
    cut('one byte before its end', bytes.length - 1, CORRUPT),
  ];
});
