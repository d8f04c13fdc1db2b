export {
  type ApiConfig,
  configProblems,
  type DatabaseConfig,
  type DoctorConfig,
  type EngineConfig,
  type LogConfig,
  loadApiConfig,
  loadDatabaseConfig,
  loadDoctorConfig,
  loadEngineConfig,
  loadStackConfig,
  loadWorkerConfig,
  type OcrConfig,
  type QueueConfig,
  type StackConfig,
  type StageSettings,
  type WorkerConfig,
} from './config.ts';
export { ConfigError, configOrExit, EX_CONFIG } from './config-error.ts';
export { type Environment, environment } from './environment.ts';
export { optionsOrExit } from './options-or-exit.ts';
export { type ApiKey, parseApiKeys } from './secrets.ts';
