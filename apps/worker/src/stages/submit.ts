import { ImageMissingError, StorageError } from '@ocrelay/storage';
import { createSubmitMarker } from '@ocrelay/tasks';
import { claimLost, taskSubmitted } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { abandonOcrJob } from './abandon-ocr-job.ts';
import { claimerOf } from './claim-task.ts';
import { settle } from './settle.ts';
import { STALE, type Stage } from './stage.ts';

/** Submit: hands the image to the OCR service, which answers with the id of its job. */
export function submitStage(context: WorkerContext): Stage {
  const { database, images, ocr, wakeUps, log } = context;
  const claimTask = claimerOf(context, 'submit');
  const markSubmitted = createSubmitMarker(database.db);
  return async (ref, signal) => {
    const claim = await claimTask(ref, signal);
    if (claim === null) return STALE;
    signal.throwIfAborted();

    const image = {
      filename: claim.originalFilename ?? claim.imagePath.split('/').at(-1) ?? 'image',
      contentType: claim.contentType,
      sizeBytes: claim.sizeBytes,
      open: async () => (await images.open(claim.imagePath)).stream,
    };
    const answer = await ocr.createJobFromFile(image, signal).catch((error: unknown) => {
      if (error instanceof ImageMissingError) return MISSING;
      if (error instanceof StorageError) return STORE_BROKEN;
      throw error;
    });
    if (!answer.ok) return settle(context, claim, answer.fault, signal);

    const next = await markSubmitted({ claim, ...answer.value });
    if (next === null) {
      claimLost(log, claim);
      abandonOcrJob(context, claim.taskId, answer.value);
      return STALE;
    }
    wakeUps.taskMoved(claim.taskId);
    taskSubmitted(
      log,
      claim,
      answer.value.jobId,
      answer.value.endpoint,
      Math.round(performance.now() - claim.claimedAtMs),
    );
    await context.dispatch(next);
    return `submitted as ${answer.value.jobId}`;
  };
}

const MISSING = {
  ok: false,
  fault: { reaction: 'give_up', code: 'image_missing', message: 'The image is no longer in the image store.' },
} as const;

const STORE_BROKEN = {
  ok: false,
  fault: { reaction: 'wait', code: 'storage_unavailable', message: 'The image store cannot be read now.' },
} as const;
