import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bootstrap.js';

/** Where each tool's command is, by package; run with this Node and without a shell, so it is the same everywhere. */
const PACKAGES = {
  biome: '@biomejs/biome',
  depcruise: 'dependency-cruiser',
  jest: 'jest',
  knip: 'knip',
  tsc: 'typescript',
};

/** @returns {[string, string[]]} a command of an installed package, for `spawn` */
export function toolCommand(tool, args) {
  const folder = join(ROOT, 'node_modules', PACKAGES[tool]);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return [process.execPath, [join(folder, typeof bin === 'string' ? bin : bin[tool]), ...args]];
}

/** Runs it to its end. @returns {Promise<{ code: number, output: string }>} both streams, as they came */
export function runTool(tool, args, cwd = ROOT) {
  const [command, commandArgs] = toolCommand(tool, args);
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
