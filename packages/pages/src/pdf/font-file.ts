/**
 * A font where PDFium looks for those of the system: in a folder of the file system that comes with it, which is in memory, empty, and
 * reached by nobody but through the calls that PDFium makes itself. The file that stands there is empty too: what is read of it comes from
 * the font's bytes, so that they are not copied for every document.
 */
import type { Imports, Pdfium } from './pdfium-interface.ts';

/** A folder that there is. */
const FOLDER = '/home/web_user';
const PATH = `${FOLDER}/fallback.otf`;

/** Of `open`: as in Linux. */
const AT_CWD = -100;
const CREATE = 0o100;
const READ_AND_WRITE = 0o666;
/** Of `fd_seek` (WASI preview 1). */
const FROM_HERE = 1;
const FROM_END = 2;
/** Descriptors of ours: far beyond any that PDFium is given otherwise. */
const FIRST_DESCRIPTOR = 1_000_000;

/** FPDF_LIBRARY_CONFIG, version 2: the version, the folders, and two pointers that are not used. */
const CONFIG_VERSION = 2;
const CONFIG_BYTES = 16;

type Call = (...of: never[]) => number;

export interface FontFile {
  /** What PDFium is to be started with. */
  readonly imports: Imports;
  /** Puts the file there. @returns what the library is to be initialised with: a FPDF_LIBRARY_CONFIG */
  place(pdfium: Pdfium): number;
}

/** @param imports what PDFium would be started with otherwise */
export function fontFile(imports: Imports, font: Uint8Array): FontFile {
  const open = callOf(imports, 'env', '__syscall_openat') as Open;
  const close = callOf(imports, 'wasi_snapshot_preview1', 'fd_close') as (descriptor: number) => number;
  const read = callOf(imports, 'wasi_snapshot_preview1', 'fd_read') as Read;
  const seek = callOf(imports, 'wasi_snapshot_preview1', 'fd_seek') as Seek;
  /** Where each that is open is read next. */
  const positions = new Map<number, number>();
  let next = FIRST_DESCRIPTOR;
  let heap: () => Uint8Array = () => new Uint8Array();
  const view = () => new DataView(heap().buffer);

  const ours = {
    open: ((folder, path, flags, mode) => {
      if (textAt(heap(), path) !== PATH) return open(folder, path, flags, mode);
      positions.set(next, 0);
      next += 1;
      return next - 1;
    }) as Open,
    close: (descriptor: number) => (positions.delete(descriptor) ? 0 : close(descriptor)),
    read: ((descriptor, vectors, count, into) => {
      const from = positions.get(descriptor);
      if (from === undefined) return read(descriptor, vectors, count, into);
      let at = from;
      for (let n = 0; n < count; n += 1) {
        const vector = vectors + n * 8;
        const part = font.subarray(at, at + view().getUint32(vector + 4, true));
        heap().set(part, view().getUint32(vector, true));
        at += part.length;
      }
      positions.set(descriptor, at);
      view().setUint32(into, at - from, true);
      return 0;
    }) as Read,
    seek: ((descriptor, offset, whence, into) => {
      const from = positions.get(descriptor);
      if (from === undefined) return seek(descriptor, offset, whence, into);
      const base = whence === FROM_HERE ? from : whence === FROM_END ? font.length : 0;
      const at = Math.min(Math.max(0, base + Number(offset)), font.length);
      positions.set(descriptor, at);
      view().setBigInt64(into, BigInt(at), true);
      return 0;
    }) as Seek,
  };
  return {
    imports: {
      ...imports,
      env: { ...imports['env'], __syscall_openat: ours.open },
      wasi_snapshot_preview1: {
        ...imports['wasi_snapshot_preview1'],
        fd_close: ours.close,
        fd_read: ours.read,
        fd_seek: ours.seek,
      },
    },
    place(pdfium) {
      heap = () => pdfium.HEAPU8;
      const mode = pdfium._malloc(4);
      view().setUint32(mode, READ_AND_WRITE, true);
      const made = open(AT_CWD, putText(pdfium, PATH), CREATE, mode);
      if (made < 0 || close(made) !== 0) throw new TypeError(`PDFium has no folder ${FOLDER}: it would have no font`);
      const folders = pdfium._malloc(8);
      const folder = putText(pdfium, FOLDER);
      const config = pdfium._malloc(CONFIG_BYTES);
      heap().fill(0, config, config + CONFIG_BYTES);
      view().setUint32(folders, folder, true);
      view().setUint32(folders + 4, 0, true);
      view().setUint32(config, CONFIG_VERSION, true);
      view().setUint32(config + 4, folders, true);
      return config;
    },
  };
}

type Open = (folder: number, path: number, flags: number, mode: number) => number;
type Read = (descriptor: number, vectors: number, count: number, into: number) => number;
type Seek = (descriptor: number, offset: bigint, whence: number, into: number) => number;

function callOf(imports: Imports, module: string, name: string): Call {
  const call = imports[module]?.[name];
  if (typeof call !== 'function') throw new TypeError(`PDFium reads files without ${name}: it would have no font`);
  return call as Call;
}

/** Ends with a NUL. */
function textAt(heap: Uint8Array, at: number): string {
  return Buffer.from(heap.subarray(at, heap.indexOf(0, at))).toString('latin1');
}

function putText(pdfium: Pdfium, text: string): number {
  const bytes = Buffer.from(`${text}\0`, 'latin1');
  const at = pdfium._malloc(bytes.length);
  pdfium.HEAPU8.set(bytes, at);
  return at;
}
