/**
 * From a received image to a task, in the order that loses nothing: the image is durable before the row exists, and the
 * row before the job. Whatever fails leaves an image nobody knows of at worst, never a task without an image; and a
 * job that could not be added is due by its row.
 */
import { imageKey } from '@ocrelay/storage';
import { type Created, findTask, insertUntil, type NewTask, newTaskId, start } from '@ocrelay/tasks';
import { imageAccepted, type Logger, uploadRepeated } from '@ocrelay/telemetry';
import type { ApiContext } from '../context.ts';
import { idempotencyConflict } from '../errors/catalogue.ts';
import { type ReceivedImage, uploadTimedOut } from '../upload/index.ts';
import { addJob } from './add-job.ts';
import { dropUnlessTask, isCertainlyNotCommitted } from './drop-image.ts';

/** What the client asked for with the image. */
export interface Intake {
  /** Whether OCR starts at once. */
  readonly start: boolean;
  readonly idempotency: NewTask['idempotency'];
}

/** The task that the client is answered with. */
export interface Accepted {
  readonly taskId: string;
  readonly imagePath: string;
  /** An earlier upload with the same `Idempotency-Key` made it. */
  readonly repeated: boolean;
}

/** @throws ApiError idempotency_conflict; what the store or the database throws, after the image was removed. */
export async function acceptImage(
  context: ApiContext,
  image: ReceivedImage,
  intake: Intake,
  log: Logger,
): Promise<Accepted> {
  const { images, config } = context;
  const id = newTaskId();
  const imagePath = imageKey(id, new Date(), image.extension);
  try {
    await image.pending.commit(imagePath);
  } catch (error) {
    await image.pending.discard();
    throw error;
  }
  const created = await insert(context, image, {
    id,
    imagePath,
    originalFilename: image.originalFilename,
    contentType: image.contentType,
    sizeBytes: image.sizeBytes,
    sha256: image.sha256,
    width: image.width,
    height: image.height,
    pages: image.contentType === 'application/pdf' && config.ocrTakesPdf ? null : image.pages,
    startWithDeadlineMs: intake.start ? config.taskDeadlineMs : null,
    idempotency: intake.idempotency,
    insertBefore: insertUntil(id, config.uploadTimeoutMs),
  });
  if (created.kind === 'created') {
    imageAccepted(log, id, image);
    if (created.job !== null) await addJob(context, created.job, log);
    return { taskId: id, imagePath, repeated: false };
  }
  await images.delete(imagePath);
  if (created.kind === 'too_late') throw uploadTimedOut(config.uploadTimeoutMs);
  if (created.kind === 'conflict') throw idempotencyConflict(created.taskId);
  uploadRepeated(log, created.taskId);
  if (intake.start) await startIfWaiting(context, created.taskId, log);
  return { taskId: created.taskId, imagePath: created.imagePath, repeated: true };
}

/** The repetition asks for a start that the first upload did not; a task that has been started is left alone. */
async function startIfWaiting(context: ApiContext, taskId: string, log: Logger): Promise<void> {
  const { db } = context.database;
  if ((await findTask(db, taskId))?.status !== 'uploaded') return;
  const started = await start(db, taskId, context.config.taskDeadlineMs);
  if (started.kind === 'started') await addJob(context, started.job, log);
}

async function insert(context: ApiContext, image: ReceivedImage, task: NewTask): Promise<Created> {
  try {
    image.signal.throwIfAborted();
    return await context.createTask(task);
  } catch (error) {
    if (isCertainlyNotCommitted(error)) await context.images.delete(task.imagePath).catch(() => {});
    else dropUnlessTask(context, task.id, task.imagePath);
    throw error;
  }
}
