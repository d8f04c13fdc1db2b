/**
 * `npm run check`: types, lint and format, import rules, and nothing unused.
 *
 * Each check says what it looked at, and one that looked at nothing fails: dependency-cruiser finds no modules at all when
 * it has no compiler that it understands, and is content with that.
 */
import './node-version.js';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bootstrap, ROOT } from './bootstrap.js';
import { runTool } from './tools.js';

/** Each is given the checkout, or a copy of it with violations put in on purpose (`--in FOLDER`). */
const CHECKS = {
  types: (root) => runTool('tsc', ['-p', 'tsconfig.json'], root),
  style: (root) => runTool('biome', ['ci', '--colors=off', '.'], root),
  imports: checkImports,
  unused: (root) => runTool('knip', ['--no-progress'], root),
};

/** Runs all checks and prints what they found. @returns {Promise<boolean>} whether all is well */
export async function check(root = ROOT) {
  const results = await Promise.all(
    Object.entries(CHECKS).map(async ([name, run]) => {
      const startedAt = performance.now();
      const { code, output } = await run(root);
      return { name, code, output, seconds: (performance.now() - startedAt) / 1000 };
    }),
  );
  for (const { name, code, output, seconds } of results) {
    if (code !== 0) process.stdout.write(`${output.trimEnd()}\n\n`);
    process.stdout.write(`${code === 0 ? '✔' : '✖'} ${name} (${seconds.toFixed(1)} s)\n`);
  }
  return results.every(({ code }) => code === 0);
}

async function checkImports(root) {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', 'apps', 'packages'];
  const { code, output } = await runTool('depcruise', args, root);
  const modules = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
  if (code === 0 && modules < 20) {
    return { code: 1, output: `${output}\nonly ${modules} modules were looked at: this check sees nothing\n` };
  }
  return { code, output };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await bootstrap();
  const { values } = parseArgs({ options: { in: { type: 'string' } } });
  if (!(await check(values.in))) process.exitCode = 1;
}
