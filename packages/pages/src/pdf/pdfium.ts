/**
 * PDFium, compiled to WebAssembly, an instance of its own for each document: what a hostile file breaks is gone with it, and
 * its memory, which can only grow, goes back.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fallbackFont } from './fallback-font.ts';
import { type FontFile, fontFile } from './font-file.ts';
import type { Imports, Pdfium } from './pdfium-interface.ts';

/** A PDFium, and what became of its memory. */
export interface StartedPdfium {
  readonly pdfium: Pdfium;
  /** `refused` once it wanted more than there is: it leaves out what it has no memory for, and does not say so. */
  readonly memory: { readonly refused: boolean };
}

/** What a document may take in all, bytes: itself, what it unpacks to, and the picture of a page. */
export const MEMORY_BYTES = 1024 * 1024 * 1024;

/** What of WebAssembly is used: Node has it, and TypeScript's library has types for browsers only. */
interface Wasm {
  compile(bytes: Uint8Array): Promise<object>;
  readonly Instance: new (module: object, imports: Imports) => { readonly exports: object };
}
const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Wasm };

type Factory = (options: {
  readonly print: () => void;
  readonly printErr: () => void;
  readonly instantiateWasm: (imports: Imports, done: (instance: object, module: object) => void) => object;
}) => Promise<Pdfium>;

let compiled: Promise<object> | undefined;

/** A PDFium that knows no document yet. Whatever it throws later, it must not be asked again. */
export async function startPdfium(): Promise<StartedPdfium> {
  compiled ??= compile();
  return start(await compiled);
}

async function compile(): Promise<object> {
  // Beside the package's code, wherever that is installed: what is compiled of ours lies elsewhere.
  const file = createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm');
  const module = await wasm.compile(await readFile(file));
  // The first instance of a module is never given back (Node 20): it had better be one without a document.
  await start(module);
  return module;
}

async function start(module: object): Promise<StartedPdfium> {
  const memory = { refused: false };
  // Not before a document comes: programs that only wait for the threads need not have it in memory.
  const { PDFiumModule } = await import('@hyzyla/pdfium');
  const font = await fallbackFont();
  let file: FontFile | undefined;
  const pdfium = await (PDFiumModule as unknown as Factory)({
    print: () => {},
    printErr: () => {},
    instantiateWasm(imports, done) {
      file = fontFile(imports, font);
      const instance = new wasm.Instance(module, withLimit(file.imports, memory));
      done(instance, module);
      return instance.exports;
    },
  });
  if (file === undefined) throw new TypeError('PDFium starts in another way than before: it would have no font');
  pdfium._FPDF_InitLibraryWithConfig(file.place(pdfium));
  return { pdfium, memory };
}

/** Node's limits of a thread leave WebAssembly out; when it may not grow, PDFium fails as it does when memory runs out. */
function withLimit(imports: Imports, memory: { refused: boolean }): Imports {
  const env = imports['env'] ?? {};
  const grow = env['emscripten_resize_heap'];
  if (typeof grow !== 'function')
    throw new TypeError('PDFium grows in another way than before: it would have no limit');
  const resize = (bytes: number): unknown => {
    if (bytes >>> 0 <= MEMORY_BYTES) return grow(bytes);
    memory.refused = true;
    return 0;
  };
  return { ...imports, env: { ...env, emscripten_resize_heap: resize } };
}
