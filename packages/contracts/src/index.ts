export { type Failure, failure, type Success, success } from './envelope.ts';
export {
  ERROR_CODES,
  type ErrorCode,
  errorCode,
  OCR_ERROR_CODES,
  type OcrErrorCode,
  ocrErrorCode,
} from './error-codes.ts';
export { type JobData, jobData, jobId } from './job-data.ts';
export {
  IN_PROGRESS,
  isTerminal,
  STAGES,
  STATUSES,
  type Stage,
  type Status,
  stage,
  status,
  TERMINAL,
} from './statuses.ts';
export { type TaskEventView, type TaskView, taskEventView, taskView } from './task-view.ts';
