export { DataDirUnusable } from './data-dir-unusable.ts';
export { DataDirInUse } from './data-lock.ts';
export { type Print, printTo } from './output.ts';
export { freePort, PortTaken } from './port-taken.ts';
export { type Postgres, type PostgresOptions, startPostgres } from './postgres/start-postgres.ts';
export { type Program, type Stack, type StackOptions, startStack } from './start-stack.ts';
export { aborted, type StopSignals, stopSignals } from './stop-signals.ts';
export { StartError } from './supervision/supervised.ts';
export { temporaryDataDir } from './temporary-data-dir.ts';
