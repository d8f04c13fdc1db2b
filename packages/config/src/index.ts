export {
  type ApiConfig,
  type DatabaseConfig,
  type EngineConfig,
  type LogConfig,
  loadApiConfig,
  loadDatabaseConfig,
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
export { type ApiKey, parseApiKeys } from './secrets.ts';
