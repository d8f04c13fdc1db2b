import { createSubmitMarker, findTask } from '@ocrelay/tasks';
import { claimLost, taskSubmitted } from '@ocrelay/telemetry';
import { abandon } from '../abandon.ts';
import type { WorkerContext } from '../context.ts';
import { PARKED } from '../endpoints/admission.ts';
import { patient } from './claim-task.ts';
import { settle } from './settle.ts';
import { STALE, type Stage } from './stage.ts';
import { faultOfImage, imageToSubmit } from './stored-image.ts';
import { throughOutages } from './through-outages.ts';

/** Submit: hands the image to the OCR service, which answers with the id of its job. */
export function submitStage(context: WorkerContext): Stage {
  const { database, images, ocr, endpoints, wakeUps } = context;
  const claimTask = patient(context, endpoints.claim);
  const markSubmitted = createSubmitMarker(database.db);
  return async (ref, signal) => {
    const claim = await claimTask(ref, signal);
    if (claim === null) return STALE;
    if (claim === PARKED) return PARKED;
    signal.throwIfAborted();

    const answer = await ocr
      .createJobFromFile(imageToSubmit(images, claim), signal, claim.ocrEndpoint)
      .catch(async (error: unknown) => {
        const fault = await faultOfImage(images, error);
        if (fault === null) throw error;
        return { ok: false, fault } as const;
      });
    if (!answer.ok) return settle(context, claim, answer.fault, signal);

    const { jobId, endpoint } = answer.value;
    endpoints.taken(endpoint, claim.taskId);
    const next = await throughOutages(context, () => markSubmitted({ claim, ...answer.value }));
    if (next === null) {
      // An outage of Postgres can swallow the answer to our own commit: then the row has the job, and says that it is due.
      const task = await throughOutages(context, () => findTask(database.db, claim.taskId));
      if (task?.ocrJobId === jobId) return `submitted as ${jobId}`;
      claimLost(context, claim);
      // The service took it for a task that is no longer ours (cancelled, deleted, taken over): nobody will ask for it.
      abandon(context, claim.taskId, answer.value);
      return STALE;
    }
    wakeUps.taskMoved(claim.taskId);
    taskSubmitted(context, claim, jobId, endpoint, Math.round(performance.now() - claim.claimedAtMs));
    await context.dispatch(next);
    return `submitted as ${jobId}`;
  };
}
