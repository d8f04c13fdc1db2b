/** `npm run bench:reading [-- --pages 200 --seed 1]`: how well the bundled engine reads drawn pages whose truth is known. */
import './node-version.js';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap } from './bootstrap.js';
import { build, markInUse } from './build.js';

await bootstrap();
const folder = await build({ only: 'ocr-engine', extra: ['test/bench/reading/main.ts'] });
markInUse(folder);
process.setSourceMapsEnabled(true);
process.env.BENCH_DIST = folder;
await import(pathToFileURL(join(folder, 'test', 'bench', 'reading', 'main.js')).href);
