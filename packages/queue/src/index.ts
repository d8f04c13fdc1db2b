export {
  type JobRef,
  type QueueBackend,
  type QueueJob,
  QueueUnavailableError,
  type StageWorkerOptions,
  toJobRef,
} from './backend.ts';
export { openQueueBackend } from './open-backend.ts';
export { QUEUE_NAMES, queueName } from './queue-names.ts';
export { createQueues, isSentinel, type JobWhereabouts, type NewJob, type Queues } from './queues.ts';
export { type RedisFacts, redisFacts } from './redis-facts.ts';
export { removeJob } from './remove-job.ts';
