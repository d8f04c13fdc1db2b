import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The programs of `programs/`, compiled. They run as processes of their own, since what is tested is how processes end. */
export function compilePrograms(): (name: string) => URL {
  const files = ['child', 'lock', 'stack'].map((name) => `packages/stack/test/programs/${name}-main.ts`);
  const folder = execFileSync(process.execPath, ['scripts/build.js', '--only=', ...files], { encoding: 'utf8' }).trim();
  return (name) => pathToFileURL(join(folder, 'packages', 'stack', 'test', 'programs', `${name}-main.js`));
}
