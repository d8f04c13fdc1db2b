export { type MigrationState, migrate, migrationState, missingMigrations } from './migrate.ts';
export { connectionOptions, type Database, type Db, openDatabase } from './pool.ts';
export {
  idempotencyKeys,
  ocrDocuments,
  ocrEndpoints,
  ocrResults,
  taskEvents,
  tasks,
  textLayers,
  workers,
} from './schema.ts';
export { throughOutages } from './through-outages.ts';
export { isDatabaseUnavailable } from './unavailable.ts';
export { waitForTables } from './wait-for-tables.ts';
export { createWakeUpSender, listenForWakeUps, type WakeUpSender, type WakeUps } from './wake-ups.ts';
