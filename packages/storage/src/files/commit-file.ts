import type { DurableFolders } from './durable-folders.ts';

/**
 * Closes a file whose bytes are durable, and moves it to where its key says, durably; at once, since a name needs no descriptor.
 * When it throws, both have ended and nothing is under the key, where the disk still lets it be removed.
 */
export async function commitFile(
  folders: DurableFolders,
  close: () => Promise<void>,
  temporaryPath: string,
  key: string,
): Promise<void> {
  const ended = await Promise.allSettled([close(), folders.moveIn(temporaryPath, key)]);
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed === undefined) return;
  await folders.remove(key).catch(() => undefined); // why it was not stored is what counts: a full disk is told by it
  throw failed.reason;
}
