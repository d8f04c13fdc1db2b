/** Loads the configuration that the first argument names, as the programs do, and prints it. */
import {
  configOrExit,
  loadApiConfig,
  loadDatabaseConfig,
  loadEngineConfig,
  loadStackConfig,
  loadWorkerConfig,
} from '@ocrelay/config';

const LOADERS: Readonly<Record<string, () => object>> = {
  api: () => loadApiConfig(),
  worker: () => loadWorkerConfig(),
  engine: () => loadEngineConfig(),
  stack: () => loadStackConfig(),
  database: () => loadDatabaseConfig(),
};
const load = LOADERS[process.argv[2] ?? ''];
if (load === undefined) throw new Error('which configuration?');
process.stdout.write(JSON.stringify(configOrExit(load)));
