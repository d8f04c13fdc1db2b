import { StorageError } from './errors.ts';

const KEY = /^images(\/[a-z0-9][a-z0-9._-]*){1,8}$/i;

/**
 * The key of a task's image: `images/2026/11/24/<task id>.png`, the day in UTC. A key is relative, holds nothing a user wrote, and
 * spreads images over one folder a day.
 */
export function imageKey(taskId: string, createdAt: Date, extension: string): string {
  const day = createdAt.toISOString().slice(0, 10).replaceAll('-', '/');
  return checkedKey(`images/${day}/${taskId}.${extension}`);
}

/** Whether a store may have an image under this key. */
export function isImageKey(key: string): boolean {
  return key.length <= 255 && KEY.test(key);
}

/** The key itself; throws StorageError for one that could lead out of the store. */
export function checkedKey(key: string): string {
  if (!isImageKey(key)) throw new StorageError(`not an image key: ${JSON.stringify(key.slice(0, 255))}`);
  return key;
}
