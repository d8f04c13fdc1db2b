export { abandonJob } from './abandon-job.ts';
export type { Answer, EndpointTrouble, OcrFault, Reaction } from './answer.ts';
export type { ImageFile, JobCancelled, JobStatus, OcrClient, OcrHealth, OcrJob, OcrOptions, Poll } from './client.ts';
export { createOcrClient } from './create-ocr-client.ts';
export { type OcrBlock, type OcrPage, type OcrResult, readResult } from './ocr-result.ts';
