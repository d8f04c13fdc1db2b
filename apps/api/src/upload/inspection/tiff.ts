import { BLOCK_BYTES, type ByteSource } from './byte-source.ts';
import { validOrientation } from './exif-orientation.ts';
import { CorruptImage, exactly, type HeaderSize } from './image-size.ts';

const WIDTH = 256;
const HEIGHT = 257;
const ORIENTATION = 274;
/** Where the pixels lie, and how many bytes they take: in strips or in tiles. */
const PIXELS = [
  { offsets: 273, lengths: 279 },
  { offsets: 324, lengths: 325 },
] as const;
const VALUE_BYTES: Readonly<Record<number, 2 | 4>> = { 3: 2, 4: 4 };
/** Bytes a value, by type: index 0 is no type. */
const BYTES_BY_TYPE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const MAX_ENTRIES = 4096;
const MAX_PIECES = 1 << 20;

interface Entry {
  readonly valueBytes: 2 | 4;
  readonly count: number;
  /** Where the values lie in the file. */
  readonly at: number;
}

/** A number in the byte order of a file. */
type ReadNumber = (bytes: Buffer, at: number, size: 2 | 4) => number;

/**
 * TIFF 6.0: the first page's directory, wherever it lies, and all of the page's strips or tiles inside the file. Of the other
 * pages only the directories are counted, each pointing at the next, to one more than `maxPages`: a page fails alone when it
 * is read.
 */
export async function readTiff(source: ByteSource, maxPages: number): Promise<HeaderSize> {
  const header = await exactly(source, 0, 8);
  const isLittle = header.toString('latin1', 0, 2) === 'II';
  const number: ReadNumber = (bytes, at, size) => (isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size));
  const directoryAt = number(header, 4, 4);
  const entryCount = await entriesOf(source, directoryAt, number);

  const directory = await exactly(source, directoryAt + 2, entryCount * 12);
  const entries = new Map<number, Entry>();
  for (let at = 0; at < directory.length; at += 12) {
    const type = number(directory, at + 2, 2);
    const count = number(directory, at + 4, 4);
    const totalBytes = count * (BYTES_BY_TYPE[type] ?? 0);
    const valuesAt = totalBytes <= 4 ? directoryAt + 2 + at + 8 : number(directory, at + 8, 4);
    // Many writers put these last: a file that was cut off shows it here.
    if (valuesAt + totalBytes > source.sizeBytes) throw new CorruptImage('ends before the values of its directory');
    const valueBytes = VALUE_BYTES[type];
    if (valueBytes !== undefined) entries.set(number(directory, at, 2), { valueBytes, count, at: valuesAt });
  }
  const pages = await countDirectories(source, directoryAt, number, maxPages);

  async function* values(entry: Entry): AsyncGenerator<number> {
    const perBlock = BLOCK_BYTES / entry.valueBytes;
    for (let from = 0; from < entry.count; from += perBlock) {
      const take = Math.min(perBlock, entry.count - from);
      const block = await exactly(source, entry.at + from * entry.valueBytes, take * entry.valueBytes);
      for (let at = 0; at < block.length; at += entry.valueBytes) yield number(block, at, entry.valueBytes);
    }
  }
  async function first(tag: number): Promise<number | undefined> {
    const entry = entries.get(tag);
    if (entry === undefined || entry.count === 0) return undefined;
    return number(await exactly(source, entry.at, entry.valueBytes), 0, entry.valueBytes);
  }

  const tags = PIXELS.find(({ offsets }) => entries.has(offsets));
  const offsets = tags && entries.get(tags.offsets);
  const lengths = tags && entries.get(tags.lengths);
  if (offsets === undefined || lengths === undefined || offsets.count === 0)
    throw new CorruptImage('does not say where its pixels are');
  if (offsets.count !== lengths.count || offsets.count > MAX_PIECES)
    throw new CorruptImage('has a broken table of strips or tiles');
  await requireInside(source.sizeBytes, values(offsets), values(lengths));
  return {
    width: (await first(WIDTH)) ?? 0,
    height: (await first(HEIGHT)) ?? 0,
    orientation: validOrientation((await first(ORIENTATION)) ?? 1),
    pages,
  };
}

async function entriesOf(source: ByteSource, directoryAt: number, number: ReadNumber): Promise<number> {
  const count = number(await exactly(source, directoryAt, 2), 0, 2);
  if (directoryAt < 8 || count === 0 || count > MAX_ENTRIES) throw new CorruptImage('has no usable directory');
  return count;
}

async function countDirectories(
  source: ByteSource,
  firstAt: number,
  number: ReadNumber,
  maxPages: number,
): Promise<number> {
  const seen = new Set<number>();
  for (let at = firstAt; at !== 0 && seen.size <= maxPages; ) {
    if (seen.has(at)) throw new CorruptImage('has pages that follow each other in a circle');
    seen.add(at);
    const entryCount = await entriesOf(source, at, number);
    at = number(await exactly(source, at + 2 + entryCount * 12, 4), 0, 4);
  }
  return seen.size;
}

async function requireInside(
  sizeBytes: number,
  offsets: AsyncGenerator<number>,
  lengths: AsyncGenerator<number>,
): Promise<void> {
  let pixelBytes = 0;
  for await (const offset of offsets) {
    const length = await lengths.next();
    if (length.done === true || offset + length.value > sizeBytes)
      throw new CorruptImage('ends before its last strip or tile');
    pixelBytes += length.value;
  }
  // Single ones may be empty: some writers leave out what is blank.
  if (pixelBytes === 0) throw new CorruptImage('has no pixels');
}
