export type { Logger } from 'pino';
export * from './api-events.ts';
export { createLogger, type LogOptions } from './logger.ts';
export * from './task-events.ts';
export * from './worker-events.ts';
