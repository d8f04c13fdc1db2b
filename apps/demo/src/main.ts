/**
 * `npm run demo [-- file …]`: starts all of Ocrelay on free ports, with its data in a folder that is thrown away, pushes
 * files through the HTTP API, shows what was read, stops everything. Exit code 0 only if all of that went well.
 */
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { configOrExit, type Environment, environment, loadStackConfig, optionsOrExit } from '@ocrelay/config';
import { firstOf } from '@ocrelay/lifecycle';
import { aborted, type Stack, startStack, stopSignals, temporaryDataDir } from '@ocrelay/stack';
import { readArguments, USAGE } from './arguments.ts';
import { checkoutRoot, chooseFiles } from './files.ts';
import { createLastLines } from './last-lines.ts';
import { readFiles } from './read-files.ts';
import { showReadings } from './show-readings.ts';

/** Nothing of a real installation is touched, whatever the environment says; only the OCR service may be a real one. */
const EMBEDDED: Environment = {
  HOST: '127.0.0.1',
  PORT: '0',
  DATABASE_URL: '',
  REDIS_URL: '',
  STORAGE_URL: '',
  API_KEYS: '',
  HEALTH_PORT: '',
  LOG_FORMAT: 'json',
};

const root = checkoutRoot();
// What is not there is said before anything is started.
const { files } = optionsOrExit(USAGE, (args) => {
  const options = readArguments(args);
  const from = environment()['INIT_CWD'] ?? process.cwd();
  return { ...options, files: options.help ? [] : chooseFiles(options.files, from, root) };
});
const signals = stopSignals();
const down = new AbortController();
const { signal: stopping } = firstOf([signals.first, down.signal]);
const lastLines = createLastLines();
configOrExit(() => loadStackConfig({ ...environment(), ...EMBEDDED })); // before there is anything to tidy up
const dataDir = await temporaryDataDir('ocrelay-demo-');
let stack: Stack | null = null;
let exitCode = 0;
try {
  const settings = { ...EMBEDDED, DATA_DIR: dataDir };
  const config = configOrExit(() => loadStackConfig({ ...environment(), ...settings }));
  const output = join(root, 'demo-output');
  console.log(`Starting Postgres, ${config.ocrBaseUrl === null ? 'the OCR engine, ' : ''}the API and a worker`);
  stack = await startStack(
    config,
    {
      entries: {
        api: new URL('../../api/src/main.js', import.meta.url),
        worker: new URL('../../worker/src/main.js', import.meta.url),
        engine: new URL('../../ocr-engine/src/main.js', import.meta.url),
      },
      print: lastLines.add,
      restart: false,
      onDown: (what) => down.abort(new Error(what)),
      env: settings,
    },
    stopping,
  );
  console.log(
    `Uploading ${files.length} ${files.length === 1 ? 'file' : 'files'} to ${stack.apiUrl}/api/v1/upload/image`,
  );
  const readings = await readFiles(stack.apiUrl, files, output, stopping);
  if (!showReadings(readings, relative(process.cwd(), output))) exitCode = 1;
} catch (error) {
  exitCode = signals.first.aborted ? 130 : 1;
  if (!signals.first.aborted) {
    const cause = down.signal.aborted ? down.signal.reason : error;
    console.error(`\nThe demo failed: ${cause instanceof Error ? cause.message : String(cause)}`);
    for (const line of lastLines.all()) console.error(`  ${line}`);
  }
} finally {
  void aborted(signals.second).then(() => stack?.stop('hard'));
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
}
process.exit(exitCode);
