/**
 * `npm start`: the whole of Ocrelay on this machine, kept up until Ctrl-C. What DATABASE_URL, REDIS_URL, OCR_BASE_URL and
 * STORAGE_URL name is used; what they don't name is embedded and lives in DATA_DIR.
 */
import { configOrExit, environment, loadApiConfig, loadStackConfig } from '@ocrelay/config';
import { aborted, printTo, startStack, stopSignals } from '@ocrelay/stack';
import { banner } from './banner.ts';
import { exitCodeOf, isExplained } from './exit.ts';

const config = configOrExit(loadStackConfig);
// What the API would refuse is refused before anything has started. It gets the embedded addresses only later.
const later = {
  DATABASE_URL: config.databaseUrl ?? 'postgres://later',
  OCR_BASE_URL: config.ocrBaseUrl ?? 'http://later',
};
configOrExit(() => loadApiConfig({ ...environment(), ...later }));

const print = printTo(process.stdout, config.log.format, process.stdout.isTTY === true);
const signals = stopSignals();
let exitCode = 0;
try {
  const stack = await startStack(
    config,
    {
      entries: {
        api: new URL('../../api/src/main.js', import.meta.url),
        worker: new URL('../../worker/src/main.js', import.meta.url),
        engine: new URL('../../ocr-engine/src/main.js', import.meta.url),
      },
      print,
      restart: true,
      onDown: (what) => {
        print('supervisor', `${what}; stopping everything`);
        exitCode = 1;
        signals.stop();
      },
    },
    signals.first,
  );
  for (const line of banner(config, stack.apiUrl)) print('supervisor', line);
  await aborted(signals.first);
  print('supervisor', 'stopping; Ctrl-C again stops at once');
  signals.second.addEventListener('abort', () => void stack.stop('hard'));
  await stack.stop();
  print('supervisor', 'stopped');
} catch (error) {
  if (signals.first.aborted) {
    print('supervisor', 'stopped');
  } else {
    process.stderr.write(
      `${isExplained(error) ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    exitCode = exitCodeOf(error);
  }
}
process.exit(exitCode);
