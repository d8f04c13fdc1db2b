import sharp from 'sharp';

/** A TIFF of one page in a colour: one strip, not compressed, so that its last bytes are pixels. */
async function onePage(color: string, width: number, height: number, orientation: number): Promise<Buffer> {
  const page = sharp({ create: { width, height, channels: 3, background: color } });
  return page.withMetadata({ orientation }).tiff({ compression: 'none' }).toBuffer();
}

/** What a page of a test has. Pixels. */
export interface TestTiffPage {
  readonly color?: string;
  readonly width?: number;
  readonly height?: number;
  readonly orientation?: number;
}

/** A TIFF of these pages. libvips writes only pages of one size: files of one page are put behind each other. */
export async function makeTiff(pages: readonly TestTiffPage[]): Promise<Buffer> {
  const files = await Promise.all(
    pages.map(({ color = '#fff', width = 60, height = 40, orientation = 1 }) =>
      onePage(color, width, height, orientation),
    ),
  );
  const starts: number[] = [];
  let length = 0;
  for (const file of files) {
    starts.push(length);
    length += file.length + (file.length % 2);
  }
  const whole = Buffer.alloc(length);
  let link = 4;
  files.forEach((file, at) => {
    const start = starts[at] ?? 0;
    file.copy(whole, start);
    const directory = start + file.readUInt32LE(4);
    const end = move(whole, directory, start);
    whole.writeUInt32LE(directory, link);
    link = end;
  });
  return whole;
}

/** The place of the directory of a page, counted from 1. */
export function directoryOf(tiff: Buffer, page: number): number {
  let at = tiff.readUInt32LE(4);
  for (let n = 1; n < page; n += 1) at = tiff.readUInt32LE(linkOf(tiff, at));
  return at;
}

/** Where a directory says where the next one is. */
export function linkOf(tiff: Buffer, directory: number): number {
  return directory + 2 + tiff.readUInt16LE(directory) * 12;
}

/** Sets the value of an entry of a directory, which must have it. */
export function setEntry(tiff: Buffer, directory: number, tag: number, value: number): void {
  for (let entry = directory + 2; entry < linkOf(tiff, directory); entry += 12) {
    if (tiff.readUInt16LE(entry) !== tag) continue;
    tiff.writeUInt16LE(4, entry + 2);
    tiff.writeUInt32LE(value, entry + 8);
    return;
  }
  throw new Error(`there is no entry ${tag}`);
}

const BYTES_BY_TYPE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const STRIP_OFFSETS = 273;

/** Adds `by` to every offset of a directory. @returns where it says where the next one is */
function move(tiff: Buffer, directory: number, by: number): number {
  const end = linkOf(tiff, directory);
  for (let entry = directory + 2; entry < end; entry += 12) {
    const count = tiff.readUInt32LE(entry + 4);
    const isElsewhere = count * (BYTES_BY_TYPE[tiff.readUInt16LE(entry + 2)] ?? 0) > 4;
    if (isElsewhere) tiff.writeUInt32LE(tiff.readUInt32LE(entry + 8) + by, entry + 8);
    if (tiff.readUInt16LE(entry) !== STRIP_OFFSETS) continue;
    const values = isElsewhere ? tiff.readUInt32LE(entry + 8) : entry + 8;
    for (let at = values; at < values + count * 4; at += 4) tiff.writeUInt32LE(tiff.readUInt32LE(at) + by, at);
  }
  return end;
}
