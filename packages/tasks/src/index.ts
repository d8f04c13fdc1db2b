export {
  afterFault,
  type Fault,
  type FaultPolicy,
  LOST_AFTER_MS,
  type NextStep,
  type Standing,
} from './after-fault.ts';
export { countQueued } from './backlog.ts';
export { backoffMs, type RetryPolicy } from './backoff.ts';
export { type Census, takeCensus } from './census.ts';
export {
  abandonedTasks,
  alteredResults,
  doneWithoutResult,
  estimateTasks,
  type KnownImage,
  knownImages,
  longDue,
  overdueTasks,
  stillThere,
  strayResults,
  type TaskRun,
  type WorkerSeen,
  workersSeen,
} from './consistency.ts';
export {
  type Created,
  createTask,
  createTaskCreator,
  IDEMPOTENCY_MS,
  type NewTask,
  newTaskId,
  type TaskCreator,
} from './create-task.ts';
export { findDocument, keepDocument, underivedResults } from './documents.ts';
export { allUnclaimed, type LateJob, pruneIdempotencyKeys, redispatch, takeLongestUnseen } from './due.ts';
export { type Admitted, admit, countParked, PARKED_COUNTED_TO, type Places, unpark } from './endpoints/admission.ts';
export {
  closeBreaker,
  type EndpointTrouble,
  keepOpen,
  type LetThrough,
  letOneThrough,
  openBreaker,
  takeProbe,
} from './endpoints/breaker.ts';
export { loadEndpoints, type OcrEndpoint, type OcrEndpoints, registerEndpoints } from './endpoints/endpoint.ts';
export { type Lowered, lowerLimit, raiseLimit } from './endpoints/limit.ts';
export { findTask } from './find-task.ts';
export type { DueJob, JobRef } from './job-ref.ts';
export {
  deadWorkers,
  HEARTBEAT_MS,
  heartbeat,
  isEldestWorker,
  LEASE_MS,
  pruneWorkers,
  removeWorker,
} from './leases.ts';
export { listTasks, type TaskPage } from './list-tasks.ts';
export { dropStrayResults, readAgain, takeUpAbandoned } from './mends.ts';
export { isNewInstallation } from './new-installation.ts';
export { areSuspicious, orphanedImages } from './orphans.ts';
export { type Gathered, markGathered } from './pages/gather.ts';
export { keptReadings, ReadingsTooLarge } from './pages/kept-readings.ts';
export { findPageTask, type PageReading, pageReadings, pagesOf } from './pages/pages-of.ts';
export { markRendered, markSplit, type RenderedPage } from './pages/split.ts';
export { findResult, findText, type ResultInfo, rawResult, wholeRawResult } from './results.ts';
export { deleteOldTasks } from './retention.ts';
export { BEFORE_ALL, type Task } from './rows.ts';
export { staleSteps } from './stale-steps.ts';
export { keepTextLayers, pagesTextLayers, textLayersOf } from './text-layers.ts';
export { type TimelineEntry, timeline } from './timeline.ts';
export { type Cancelled, cancel } from './transitions/cancel.ts';
export { type Claim, createClaimer, findClaim, takeClaim } from './transitions/claim.ts';
export { type Deleted, deleteTask } from './transitions/delete.ts';
export { type Expired, expireDeadlines } from './transitions/expire.ts';
export { applyStep, type Settled } from './transitions/fault.ts';
export { releaseClaims, releaseOrphans, rescueClaims } from './transitions/hand-back.ts';
export { createOcrEndedMarker } from './transitions/ocr-ended.ts';
export { goRound, releaseClaim } from './transitions/poll.ts';
export { createProgressSaver, type PollProgress } from './transitions/progress.ts';
export { anyToRetry, type Retried, type RetryFilter, retry, retryBatch } from './transitions/retry.ts';
export { type Started, start } from './transitions/start.ts';
export { createDoneMarker, markDone, type Reading, type Stored } from './transitions/store.ts';
export { createSubmitMarker } from './transitions/submit.ts';
export type { WorkLeft } from './transitions/work-left.ts';
export { insertUntil, orphanGraceMs } from './upload-fence.ts';
