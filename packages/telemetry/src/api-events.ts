/** One line per thing that happens to the API, beside the line that every request has. */
import type { Logger } from 'pino';

export function apiListening(log: Logger, url: string, queue: 'redis' | 'postgres', keys: number): void {
  log.info({ url, queue, keys }, 'API listening');
}

export function storeNotThere(log: Logger): void {
  log.error(
    'there are tasks, and no image store: is its disk mounted? Uploads are refused until it is there. To begin an empty one, make the folder "incoming" in it',
  );
}

export function apiStopping(log: Logger, reason: string): void {
  log.info({ reason }, 'stopping: no new connections, requests in flight are finished');
}

export function apiStopped(log: Logger, cutOff: number, durationMs: number): void {
  log.info({ cut_off: cutOff, duration_ms: durationMs }, 'API stopped');
}

export function imageAccepted(log: Logger, taskId: string, image: { sizeBytes: number; contentType: string }): void {
  log.info({ task_id: taskId, size_bytes: image.sizeBytes, content_type: image.contentType }, 'image accepted');
}

export function uploadRepeated(log: Logger, taskId: string): void {
  log.info({ task_id: taskId }, 'upload repeated: answered with its first task');
}

export function taskStarted(log: Logger, taskId: string, generation: number): void {
  log.info({ task_id: taskId, stage: 'submit', generation }, 'task started');
}

export function taskCancelled(log: Logger, taskId: string): void {
  log.info({ task_id: taskId }, 'task cancelled');
}

export function taskRetried(log: Logger, taskId: string, generation: number): void {
  log.info({ task_id: taskId, stage: 'submit', generation }, 'task retried');
}

export function tasksRetried(log: Logger, tasks: number, filter: Record<string, unknown>, durationMs: number): void {
  log.info({ tasks, filter, duration_ms: durationMs }, 'tasks retried');
}

export function taskDeleted(log: Logger, taskId: string): void {
  log.info({ task_id: taskId }, 'task deleted');
}

/** No harm: the job is stale, and whoever takes it stops quietly. */
export function staleJobStays(log: Logger, taskId: string, error: unknown): void {
  log.debug(
    { task_id: taskId, reason: error instanceof Error ? error.message : String(error) },
    'stale job not removed',
  );
}

/** No harm: the rows say that they are due, and reconcilers add the jobs. */
export function jobsNotAdded(log: Logger, tasks: number, error: unknown): void {
  log.warn(
    { tasks, reason: error instanceof Error ? error.message : String(error) },
    'jobs not added, left to the reconciler',
  );
}

/** No harm: the row says that the task is due, and a reconciler adds the job. */
export function jobNotAdded(log: Logger, taskId: string, error: unknown): void {
  log.warn(
    { task_id: taskId, reason: error instanceof Error ? error.message : String(error) },
    'job not added, left to the reconciler',
  );
}

export function uploadsRefused(log: Logger, reason: 'backlog' | 'disk'): void {
  log.warn({ reason }, 'uploads are refused: too many tasks are waiting, or there is little room for images');
}

export function uploadsTakenAgain(log: Logger): void {
  log.info('uploads are taken again');
}

export function imageLeftBehind(log: Logger, imagePath: string, error: unknown): void {
  log.error({ image_path: imagePath, err: error }, 'an image without a task could not be removed from the store');
}

export function requestBroke(log: Logger, error: unknown): void {
  log.error({ err: error }, 'request broke');
}

export function connectionRefused(log: Logger, code: string, status: number): void {
  log.debug({ code, status }, 'connection answered before it became a request');
}
