export type { Logger } from 'pino';
export * from './api-events.ts';
export * from './dependency-events.ts';
export { createLogger, type LogOptions } from './logger.ts';
export {
  type ApiMetrics,
  createApiMetrics,
  type InstallationState,
  type RequestLabels,
} from './metrics/api-metrics.ts';
export type { Exposition } from './metrics/registry.ts';
export {
  createWorkerMetrics,
  endpointsKnown,
  type OcrCall,
  ocrCallEnded,
  reconciled,
  stageEnded,
  tasksParked,
  type WorkerMetrics,
} from './metrics/worker-metrics.ts';
export * from './task-events.ts';
export * from './worker-events.ts';
