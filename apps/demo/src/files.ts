import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** A file to push through, and what must be found in it. */
export interface DemoFile {
  readonly path: string;
  /** Of the files in `demo-output/`; unique. */
  readonly name: string;
  /** Strings that the text must hold; none for a user's own files. */
  readonly mustContain: readonly string[];
}

const expectations = z.record(z.string(), z.object({ must_contain: z.array(z.string()).min(1) }));

/** The user's own files, or those of `test/samples`. @throws Error naming what is no file. */
export function chooseFiles(args: readonly string[], from: string, root: string): DemoFile[] {
  if (args.length === 0) return samples(root);
  const files: DemoFile[] = [];
  for (const arg of args) {
    const path = resolve(from, arg);
    if (!existsSync(path)) throw new Error(`there is no file ${path}`);
    if (statSync(path).isDirectory()) throw new Error(`${path} is a folder: name the files in it, as in ${arg}/*`);
    files.push({ path, name: freeName(path, files), mustContain: [] });
  }
  return files;
}

function samples(root: string): DemoFile[] {
  const folder = join(root, 'test', 'samples');
  const expected = expectations.parse(JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')));
  return Object.entries(expected).map(([file, { must_contain: mustContain }]) => ({
    path: join(folder, file),
    name: basename(file, extname(file)),
    mustContain,
  }));
}

/** `scan`, or `scan-2` when another `scan` came before it. */
function freeName(path: string, others: readonly DemoFile[]): string {
  const base = basename(path, extname(path));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!others.some((other) => other.name === name)) return name;
  }
}

/** The checkout this program was compiled in. */
export function checkoutRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package-lock.json'))) return folder;
    if (folder === dirname(folder)) throw new Error('the demo runs in a checkout of Ocrelay only');
  }
}
