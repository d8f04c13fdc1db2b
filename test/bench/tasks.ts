import { createHash } from 'node:crypto';
import { type ImageStore, imageKey } from '@ocrelay/storage';
import { createTask as insertTask, newTaskId } from '@ocrelay/tasks';

type Db = Parameters<typeof insertTask>[0];
type Image = Omit<Parameters<typeof insertTask>[1], 'id'>;

/** Stores one image that all tasks of a benchmark share. */
export async function imageOf(store: ImageStore, bytes: Buffer): Promise<Image> {
  const pending = store.create();
  await pending.write(bytes);
  const imagePath = imageKey(newTaskId(), new Date(), 'png');
  await pending.commit(imagePath);
  return {
    imagePath,
    originalFilename: 'scan.png',
    contentType: 'image/png',
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    width: 1,
    height: 1,
    pages: null,
    startWithDeadlineMs: 24 * 3_600_000,
    idempotency: null,
  };
}

/** A queued task and its job. */
export async function createTask(db: Db, image: Image) {
  const id = newTaskId();
  const created = await insertTask(db, { ...image, id });
  if (created.kind !== 'created' || created.job === null) throw new Error('the task was not made');
  return created.job;
}
