import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of a zip; its content is made when its turn comes. */
export interface ZipEntry {
  readonly path: string;
  content(): AsyncIterable<Uint8Array>;
}

/**
 * A zip, made as it is read: one entry after the other, deflated off the main thread, nothing held but what is under way. The
 * same entries give the same bytes: all are dated 1980-01-01, the first day that a zip knows.
 */
export async function* zipped(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  const sources: Readable[] = [];
  for (const { path, content } of entries) {
    const options = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };
    zip.addReadStreamLazy(path, options, (give) => {
      const source = Readable.from(content(), { objectMode: false });
      source.on('error', (error) => output.destroy(error)); // the library would wait for it for ever
      sources.push(source);
      give(null, source);
    });
  }
  zip.end();
  try {
    yield* output;
  } finally {
    for (const source of sources) source.destroy();
  }
}
