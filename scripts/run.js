/**
 * Runs a program: `node scripts/run.js <app> [arguments]`. Installs and compiles first when that is needed, then becomes the
 * program: same process, same pid, so signals and standard input are its own.
 */
import './node-version.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, ROOT } from './bootstrap.js';
import { build, markInUse } from './build.js';

const [app, ...args] = process.argv.slice(2);
if (app === undefined || !existsSync(join(ROOT, 'apps', app, 'src', 'main.ts'))) {
  process.stderr.write(`ocrelay: node scripts/run.js <app>: there is no apps/${app ?? ''}/src/main.ts\n`);
  process.exit(64);
}
await bootstrap();
const folder = await build()
  .catch(() => build({ only: app })) // a program runs while another one does not compile
  .catch((error) => {
    process.stderr.write(`ocrelay: the build failed: ${error.message}\n`);
    process.exit(1);
  });
markInUse(folder);
const entry = join(folder, 'apps', app, 'src', 'main.js');
process.setSourceMapsEnabled(true);
process.argv = [process.argv[0], entry, ...args];
await import(pathToFileURL(entry).href);
