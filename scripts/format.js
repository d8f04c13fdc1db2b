/** `npm run format [-- files …]`: lints and formats in place what can be put right without a person. */
import './node-version.js';
import { bootstrap } from './bootstrap.js';
import { runTool } from './tools.js';

await bootstrap();
const files = process.argv.slice(2);
const { code, output } = await runTool('biome', ['check', '--write', ...(files.length === 0 ? ['.'] : files)]);
process.stdout.write(output);
process.exitCode = code;
