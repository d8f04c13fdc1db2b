import { fileTypeFromBuffer } from 'file-type';
import type { ImageFormatName } from './image-format.ts';

/** As many bytes of the beginning as tell the formats apart. */
export const SNIFF_BYTES = 16;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The format that a file begins like; null for anything else. Six signatures: a detector of everything costs more here. */
export function sniffImage(head: Buffer): ImageFormatName | null {
  const text = head.toString('latin1', 0, SNIFF_BYTES);
  if (head.subarray(0, PNG.length).equals(PNG)) return 'png';
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  // Two letters begin many texts: the reserved zeros make it a BMP.
  if (text.startsWith('BM') && text.slice(6, 10) === '\0\0\0\0') return 'bmp';
  // Readers of PDF look for it further on than its first byte, and some writers put a byte order mark or a line end before it.
  if (text.includes('%PDF-')) return 'pdf';
  return null;
}

/** What a refused file seems to be (`application/zip`), for the message; null when nobody knows. Never throws. */
export async function guessContentType(head: Buffer): Promise<string | null> {
  const type = await fileTypeFromBuffer(head).catch(() => undefined);
  return type?.mime ?? null;
}
