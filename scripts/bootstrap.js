/**
 * Installs the dependencies when they are missing or are not those of package-lock.json; otherwise it takes a few
 * milliseconds. Needs nothing but Node and npm. Processes that start together install once.
 */
import './node-version.js';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withLock } from './lock.js';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Ends the process with code 1, after saying why, when the dependencies cannot be installed. */
export async function bootstrap(root = ROOT) {
  if (isInstalled(root)) return;
  // Not inside node_modules: `npm ci` begins by deleting that.
  await withLock(
    join(root, 'dist', '.locks'),
    'install',
    async () => {
      if (isInstalled(root)) return; // another process was first
      say('installing dependencies (npm ci); this happens once and takes a minute or so');
      const { code, output } = await npmCi(root);
      if (code !== 0) {
        process.stderr.write(output);
        say('npm ci failed, see above. The first run needs the npm registry: check the network, the proxy settings');
        say('and `npm config get registry`, then run the same command again. Later runs need no network.');
        process.exit(1);
      }
      writeFileSync(stampFile(root), fingerprint(root));
    },
    () => say('another process is installing dependencies; waiting for it'),
  );
}

function isInstalled(root) {
  try {
    if (readFileSync(stampFile(root), 'utf8') === fingerprint(root)) return true;
  } catch {
    // never installed, or not by this script
  }
  if (!matchesLockfile(root)) return false;
  try {
    writeFileSync(stampFile(root), fingerprint(root));
  } catch {
    // somebody else's checkout: looking closely each time is slower and just as good
  }
  return true;
}

/** Installed by hand: npm's own record of what is in node_modules says the same as the lockfile. */
function matchesLockfile(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(wanted).every(([path, { version, link, optional, peer }]) => {
    if (!path.startsWith('node_modules/')) return true;
    if (link === true) return existsSync(join(root, path)); // a package of this repository, which may be new
    if (path in installed) return installed[path].version === version;
    return optional === true || peer === true; // of another platform, as most optional ones are
  });
}

function stampFile(root) {
  return join(root, 'node_modules', '.ocrelay-installed');
}

function fingerprint(root) {
  const lockfile = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lockfile} ${process.platform} ${process.arch}\n`;
}

function npmCi(root) {
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const viaNpm = process.env.npm_execpath ?? '';
  const [command, commandArgs] = /^npm(-cli)?\.[cm]?js$/.test(basename(viaNpm))
    ? [process.execPath, [viaNpm, ...args]]
    : ['npm', args];
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, {
      cwd: root,
      shell: command === 'npm' && process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stop = () => {
      child.kill('SIGTERM');
      process.exit(1);
    };
    process.once('SIGTERM', stop).once('SIGHUP', stop);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code) => {
      process.off('SIGTERM', stop).off('SIGHUP', stop);
      resolve({ code, output });
    });
  });
}

function say(line) {
  process.stderr.write(`ocrelay: ${line}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bootstrap();
