/**
 * Documents as they are kept and handed around: JSON, gzipped. It is a tenth of the size and less, which Postgres is asked for in an
 * instant, threads are given by copy, and a hundred requests can hold. Documents that were kept by earlier releases are plain.
 */
import { Readable } from 'node:stream';
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib';

/** Most of the gain, at half the time. */
const LEVEL = 3;
const PIECE_BYTES = 256 * 1024;
/** The end of a gzip: how much it was before, 4 bytes, the lowest first (RFC 1952, 2.3.1). No document has 4 GiB. */
const SIZE_BYTES = 4;

export function packed(json: Uint8Array): Uint8Array {
  return gzipSync(json, { level: LEVEL });
}

/** For threads: it takes a while. */
export function unpacked(document: Uint8Array): Uint8Array {
  return isGzip(document) ? gunzipSync(document) : document;
}

/** The JSON in pieces, unpacked off the event loop as it is read. */
export function unpackedPieces(document: Uint8Array): AsyncIterable<Uint8Array> {
  if (!isGzip(document)) return Readable.from([document]);
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  gunzip.end(document);
  return gunzip;
}

/** Bytes of the JSON. */
export function unpackedSize(document: Uint8Array): number {
  if (!isGzip(document)) return document.byteLength;
  return new DataView(document.buffer, document.byteOffset, document.byteLength).getUint32(
    document.byteLength - SIZE_BYTES,
    true,
  );
}

/** JSON never begins so. */
function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}
