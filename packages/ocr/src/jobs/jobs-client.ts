/** The adapter for the jobs protocol: paths, headers, time limits; what answers mean is in `answers.ts` and `faults.ts`. */
import type { Readable } from 'node:stream';
import type { Pool } from 'undici';
import { type Answer, answered, faulted } from '../answer.ts';
import type { ImageFile, OcrClient, OcrHealth, OcrJob, OcrOptions } from '../client.ts';
import { createEndpoints, type Endpoint, noteOutcome } from '../endpoints.ts';
import { badAnswer, exchange } from '../exchange.ts';
import type { Call } from '../faults.ts';
import type { HttpAnswer, HttpCall } from '../http-call.ts';
import { multipartFile } from '../multipart.ts';
import { parseJson } from '../parse-json.ts';
import { readHealth, readJobId, readPoll } from './answers.ts';
import { cancelPath, createCancelOffers, isCancelOffered } from './cancel-call.ts';

/** People wait for a health check; for a cancel nobody does, and it is worth no more. */
const HEALTH_TIMEOUT_MS = 10_000;
/** Cancels under way; more are not sent. They only spare the service work, and are not to be work for it. */
const MOST_CANCELS = 50;
/** Of every answer but a result. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_EVENTS = 50;

export function createJobsClient(options: OcrOptions): OcrClient {
  const { token, requestTimeoutMs, connectTimeoutMs } = options;
  const endpoints = createEndpoints(options);
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };

  /** A job may be at a URL that is configured no longer, which may be anybody's by now: the token is not for it. */
  const authorizationFor = ({ url }: Endpoint) => (endpoints.urls.includes(url) ? authorization : {});

  type Request = Partial<HttpCall> & Pick<HttpCall, 'path'>;
  const send = async (call: Call, to: Endpoint, request: Request, signal: AbortSignal): Promise<Answer<HttpAnswer>> => {
    const headersTimeoutMs = request.headersTimeoutMs ?? requestTimeoutMs;
    const http: HttpCall = {
      method: 'GET',
      bodyTimeoutMs: requestTimeoutMs,
      totalTimeoutMs: connectTimeoutMs + headersTimeoutMs + requestTimeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
      ...request,
      headersTimeoutMs,
      path: to.pathPrefix + request.path,
      headers: { accept: 'application/json', ...authorizationFor(to), ...request.headers },
    };
    const pool: Pool = call === 'poll' ? to.polls : to.calls;
    to.inFlight += 1;
    try {
      const answer = await exchange(call, pool, http, token, signal);
      noteOutcome(to, answer.ok ? null : answer.fault, performance.now());
      return at(to, answer);
    } finally {
      to.inFlight -= 1;
    }
  };

  type Told = { readonly health: OcrHealth; readonly offersCancel: boolean };
  const askHealth = async (to: Endpoint, signal: AbortSignal): Promise<Answer<Told>> => {
    const headersTimeoutMs = Math.min(requestTimeoutMs, HEALTH_TIMEOUT_MS);
    const answer = await send(
      'health',
      to,
      {
        path: '/health',
        headersTimeoutMs,
        totalTimeoutMs: Math.min(HEALTH_TIMEOUT_MS, connectTimeoutMs + 2 * requestTimeoutMs),
      },
      signal,
    );
    if (!answer.ok) return answer;
    const json = parseJson(answer.value.body);
    const health = readHealth(json, token);
    if (health === null) return at(to, badAnswer('its health is not told in the JSON of the protocol'));
    return answered({ health, offersCancel: isCancelOffered(json) });
  };

  const healthOf = async (url: string, signal: AbortSignal): Promise<Answer<OcrHealth>> => {
    const answer = await askHealth(endpoints.get(url), signal);
    return answer.ok ? answered(answer.value.health) : answer;
  };

  const offersCancel = createCancelOffers<Endpoint>(async (to, signal) => {
    const answer = await askHealth(to, signal);
    return answer.ok ? answered(answer.value.offersCancel) : answer;
  });
  let cancelling = 0;

  const submitTo = async (to: Endpoint, file: ImageFile, signal: AbortSignal): Promise<Answer<OcrJob>> => {
    const content = await file.open();
    const broken = watch(content);
    try {
      const { headers, frame } = multipartFile(file);
      const path = '/jobs-from-uploading';
      const answer = await send('submit', to, { method: 'POST', path, headers, body: frame(content) }, signal);
      if (broken.error !== null) throw broken.error;
      if (!answer.ok) return answer;
      const jobId = readJobId(parseJson(answer.value.body));
      return jobId === null ? at(to, badAnswer('no job_id came for the image')) : answered({ jobId, endpoint: to.url });
    } catch (error) {
      throw broken.error ?? error;
    } finally {
      if (!Buffer.isBuffer(content)) content.destroy();
    }
  };

  return {
    endpoints: endpoints.urls,

    async healthCheck(endpoint, signal) {
      if (endpoint !== null) return healthOf(endpoint, signal);
      const answers = await Promise.all(endpoints.urls.map((url) => healthOf(url, signal)));
      return bestHealth(answers);
    },

    async createJobFromFile(file, signal, endpoint = null) {
      if (endpoint !== null) return submitTo(endpoints.get(endpoint), file, signal);
      let first: Answer<OcrJob> | null = null;
      for (const endpoint of endpoints.candidates(performance.now())) {
        const answer = await submitTo(endpoint, file, signal);
        if (answer.ok || answer.fault.reaction !== 'wait') return answer;
        first ??= answer; // this one took nothing: the next may
      }
      return (
        first ??
        faulted({ reaction: 'wait', code: 'ocr_unavailable', message: 'There is no OCR service to submit to.' })
      );
    },

    async getJobStatus(job, poll, signal) {
      const query = `since_seq=${poll.sinceSeq}&timeout_ms=${Math.round(poll.timeoutMs)}&max_events=${MAX_EVENTS}`;
      const path = `/longpoll/jobs/${encodeURIComponent(job.jobId)}?${query}`;
      const headersTimeoutMs = poll.timeoutMs + requestTimeoutMs;
      const to = endpoints.get(job.endpoint);
      const answer = await send('poll', to, { path, headersTimeoutMs }, signal);
      if (!answer.ok) return answer;
      const status = readPoll(parseJson(answer.value.body), poll.sinceSeq, token);
      return status === null
        ? at(to, badAnswer('a poll got neither events nor whether the job is done'))
        : answered(status);
    },

    async getJobResult(job, signal) {
      const path = `/result/json/jobs/${encodeURIComponent(job.jobId)}`;
      const answer = await send(
        'result',
        endpoints.get(job.endpoint),
        { path, maxBytes: options.maxResultBytes },
        signal,
      );
      return answer.ok ? answered(answer.value.body) : answer;
    },

    async cancelJob(job, signal) {
      if (cancelling >= MOST_CANCELS) return TOO_MANY_CANCELS;
      cancelling += 1;
      try {
        const endpoint = endpoints.get(job.endpoint);
        const offered = await offersCancel(endpoint, signal);
        if (!offered.ok) return offered;
        if (!offered.value) return answered('not_offered');
        const request = { method: 'DELETE', path: cancelPath(job.jobId), totalTimeoutMs: HEALTH_TIMEOUT_MS } as const;
        const answer = await send('cancel', endpoint, request, signal);
        if (answer.ok) return answered('cancelled');
        return answer.fault.reaction === 'lost' ? answered('unknown_job') : answer;
      } finally {
        cancelling -= 1;
      }
    },

    close: () => endpoints.close(),
  };
}

/** A fault is always one of an endpoint, also when only the words of its answer were wrong. */
function at<T>(to: Endpoint, answer: Answer<T>): Answer<T> {
  return answer.ok ? answer : faulted({ ...answer.fault, endpoint: to.url });
}

const TOO_MANY_CANCELS = faulted({
  reaction: 'wait',
  code: 'ocr_unavailable',
  message: 'The OCR service was not told: too many others are being cancelled.',
});

/** A stream that fails before anybody reads it must not end the process. */
function watch(content: Readable | Buffer): { readonly error: Error | null } {
  const broken: { error: Error | null } = { error: null };
  if (Buffer.isBuffer(content)) return broken;
  content.on('error', (error) => {
    broken.error ??= error;
  });
  return broken;
}

function bestHealth(answers: readonly Answer<OcrHealth>[]): Answer<OcrHealth> {
  const best =
    answers.find((answer) => answer.ok && answer.value.ok) ?? answers.find((answer) => answer.ok) ?? answers[0];
  return best ?? badAnswer('nobody was asked');
}
