import type { Answer, OcrClient } from '@ocrelay/ocr';
import { type OcrCall, ocrCallEnded, type WorkerMetrics } from '@ocrelay/telemetry';

/** The OCR service with a clock on every call. A long poll that waits for news is as long as it is meant to be. */
export function measuredOcr(ocr: OcrClient, metrics: WorkerMetrics): OcrClient {
  const measured = async <T>(call: OcrCall, work: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const startedAtMs = performance.now();
    let outcome: 'ok' | 'fault' | 'cut_off' = 'cut_off';
    try {
      const answer = await work();
      outcome = answer.ok ? 'ok' : 'fault';
      return answer;
    } finally {
      ocrCallEnded(metrics, call, outcome, startedAtMs);
    }
  };
  return {
    endpoints: ocr.endpoints,
    healthCheck: (endpoint, signal) => measured('health', () => ocr.healthCheck(endpoint, signal)),
    createJobFromFile: (file, signal, endpoint) =>
      measured('submit', () => ocr.createJobFromFile(file, signal, endpoint)),
    getJobStatus: (job, poll, signal) => measured('poll', () => ocr.getJobStatus(job, poll, signal)),
    getJobResult: (job, signal) => measured('result', () => ocr.getJobResult(job, signal)),
    cancelJob: (job, signal) => measured('cancel', () => ocr.cancelJob(job, signal)),
    close: () => ocr.close(),
  };
}
