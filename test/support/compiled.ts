import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Compiles the programs of a package's tests, `packages/<name>/test/programs/<program>-main.ts`: they run as processes or threads of
 * their own. @returns where each of them is
 */
export function compilePrograms(packageName: string): (program: string) => URL {
  const folder = join('packages', packageName, 'test', 'programs');
  const programs = readdirSync(folder).filter((file) => file.endsWith('-main.ts'));
  const build = ['scripts/build.js', '--only=', ...programs.map((file) => join(folder, file))];
  const compiled = execFileSync(process.execPath, build, { encoding: 'utf8' }).trim();
  return (program) => pathToFileURL(join(compiled, folder, `${program}-main.js`));
}
