/** `npm run chaos [-- --seed 7 --minutes 1 --backend redis]`: faults of every part, and what was promised all the same. */
import './node-version.js';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap } from './bootstrap.js';
import { build, markInUse } from './build.js';

await bootstrap();
const folder = await build({ extra: ['test/chaos/main.ts', 'test/chaos/ocr/main.ts'] });
markInUse(folder);
process.setSourceMapsEnabled(true);
process.env.CHAOS_DIST = folder;
await import(pathToFileURL(join(folder, 'test', 'chaos', 'main.js')).href);
