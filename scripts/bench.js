/** `npm run bench [-- ingest pipeline engine]`: speed, as ratios within one run. */
import './node-version.js';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap } from './bootstrap.js';
import { build } from './build.js';

await bootstrap();
const folder = await build({
  extra: [
    'test/bench/main.ts',
    'test/bench/bare-upload-server.ts',
    'test/bench/bare-stages.ts',
    'test/support/ocr-server/main.ts',
  ],
});
process.setSourceMapsEnabled(true);
process.env.BENCH_DIST = folder;
await import(pathToFileURL(join(folder, 'test', 'bench', 'main.js')).href);
