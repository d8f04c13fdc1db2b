import { randomUUID } from 'node:crypto';
import { createOcrClient, type OcrClient } from '@ocrelay/ocr';
import type { Check } from '../check.ts';
import { counted, type Finding, note, ok, problem, warning } from '../finding.ts';

/** People wait for it, ms. */
const ANSWER_MS = 10_000;

/** Whether each endpoint of the OCR service is well, and takes our token. */
export const ocrService: Check = {
  name: 'ocr service',
  needs: [],
  async run({ config, installation: { ocr, embedded }, stopping }) {
    if (ocr === null) {
      if (embedded === 'running') {
        return [problem('The bundled engine is not up yet.', 'Run this again when npm start says that Ocrelay is up.')];
      }
      return [note('Not checked: the bundled engine runs with npm start, or OCR_BASE_URL names another.')];
    }
    const client = createOcrClient({
      ...config.ocr,
      ...ocr,
      requestTimeoutMs: Math.min(config.ocr.requestTimeoutMs, ANSWER_MS),
      pollConnections: 1,
    });
    try {
      return await Promise.all(
        client.endpoints.map((endpoint) => judgeEndpoint(client, endpoint, ocr.token, stopping)),
      );
    } finally {
      await client.close();
    }
  },
};

/** A health may be told to anybody: only a call about a job shows whether the token is taken, and one that nobody has will do. */
async function judgeEndpoint(
  client: OcrClient,
  endpoint: string,
  token: string | null,
  stopping: AbortSignal,
): Promise<Finding> {
  const health = await client.healthCheck(endpoint, stopping);
  const job = { endpoint, jobId: `doctor-${randomUUID()}` };
  const asked = await client.getJobStatus(job, { sinceSeq: 0, timeoutMs: 1 }, stopping);
  const fault = asked.ok ? null : asked.fault;
  if (fault?.code === 'ocr_unauthorized' || (!health.ok && health.fault.code === 'ocr_unauthorized')) {
    return token === null
      ? problem(`${endpoint} wants a token, and OCR_TOKEN is not set.`, 'Set OCR_TOKEN to the token of the service.')
      : problem(`${endpoint} refuses our token.`, 'Put OCR_TOKEN right; tasks wait for it, up to their deadline.');
  }
  if (!health.ok) {
    const remedy = 'Start the service, or put OCR_BASE_URL right; tasks wait for it, up to their deadline.';
    return problem(`${endpoint} is not well. ${health.fault.message}`, remedy);
  }
  if (!health.value.ok || health.value.worker_alive === false) {
    return problem(`${endpoint} answers that it is not well.`, 'Look at the service itself: its log, its workers.');
  }
  if (fault === null || fault.reaction === 'lost') {
    const waiting = health.value.queue_len;
    return ok(
      `${endpoint} is well and takes our token${typeof waiting === 'number' ? `; ${counted(waiting, 'job')} waiting there` : ''}.`,
    );
  }
  const remedy =
    'An unknown job should be answered 404: is OCR_BASE_URL the base URL of a service of the jobs protocol?';
  return warning(`${endpoint} is well, and answers a poll strangely. ${fault.message}`, remedy);
}
