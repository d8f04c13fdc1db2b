export {
  ERROR_CODES,
  type ErrorCode,
  errorCode,
  OCR_ERROR_CODES,
  type OcrErrorCode,
  ocrErrorCode,
} from './error-codes.ts';
export { failure, type Failure, success, type Success } from './envelope.ts';
export { type JobData, jobData, jobId } from './job-data.ts';
export { IN_PROGRESS, isTerminal, STAGES, type Stage, STATUSES, type Status, stage, status, TERMINAL } from './statuses.ts';
export { type TaskEventView, type TaskView, taskEventView, taskView } from './task-view.ts';
