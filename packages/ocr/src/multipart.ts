import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ImageFile } from './client.ts';

/** A request body of one file (RFC 7578), framed so that its length is known before a byte is read. */
export interface MultipartFile {
  readonly headers: { readonly 'content-type': string; readonly 'content-length': string };
  /** The body: of a stream, as fast as it is taken; of a file that is all there, in one piece. */
  frame(file: Readable | Buffer): Readable | Buffer;
}

export function multipartFile(file: Pick<ImageFile, 'filename' | 'contentType' | 'sizeBytes'>): MultipartFile {
  const boundary = `ocrelay-${randomUUID()}`;
  const head = Buffer.from(
    `--${boundary}\r\n` +
      `Content-Disposition: form-data; name="file"; filename="${safeFilename(file.filename)}"\r\n` +
      `Content-Type: ${safeContentType(file.contentType)}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + file.sizeBytes + tail.length),
    },
    frame: (content) =>
      Buffer.isBuffer(content)
        ? Buffer.concat([head, content, tail])
        : Readable.from(parts(head, content, tail), { objectMode: false }),
  };
}

/** Small pieces go together: each piece that is sent costs a system call, and most images are a few pieces. */
const PIECE_BYTES = 64 * 1024;

async function* parts(head: Buffer, content: Readable, tail: Buffer): AsyncGenerator<Buffer> {
  let held = head;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    if (held.length + chunk.length <= PIECE_BYTES + head.length) {
      held = Buffer.concat([held, chunk]);
      continue;
    }
    yield held;
    held = chunk;
  }
  yield Buffer.concat([held, tail]);
}

const LONGEST_NAME = 200;

/**
 * A name that stays within its quotes, as browsers write it: UTF-8, with the quote percent-encoded. No control character
 * survives, so nobody adds a header line of his own; no path either.
 */
export function safeFilename(name: string): string {
  const base =
    name
      .replace(/\p{Cc}/gu, '_')
      .replace(/\p{Cs}/gu, '\uFFFD')
      .split(/[/\\]/)
      .at(-1) ?? '';
  const characters = [...base];
  // The end holds the extension, by which some services tell the format.
  const short = characters.length <= LONGEST_NAME ? base : characters.slice(-LONGEST_NAME).join('');
  return (short === '' ? 'image' : short).replaceAll('"', '%22');
}

function safeContentType(type: string): string {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : 'application/octet-stream';
}
