/** `npm run migrate`: one shot, exit code 0 when the tables have the newest form. Any number may run at once. */
import { configOrExit, loadDatabaseConfig } from '@ocrelay/config';
import { migrate } from '@ocrelay/db';
import { createLogger } from '@ocrelay/telemetry';

const config = configOrExit(loadDatabaseConfig);
const log = createLogger({ name: 'migrate', ...config.log });
try {
  const applied = await migrate(config.databaseUrl);
  log.info({ applied }, applied === 0 ? 'the tables are up to date' : 'migrated');
} catch (error) {
  log.fatal({ err: error }, 'migration failed');
  process.exitCode = 1;
}
