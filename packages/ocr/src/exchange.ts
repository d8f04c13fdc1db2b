import type { Pool } from 'undici';
import { type Answer, answered, faulted, type OcrFault } from './answer.ts';
import { cleanse } from './cleanse.ts';
import { type Call, type FaultClass, faultOfError, faultOfStatus } from './faults.ts';
import { firstText } from './first-text.ts';
import { type HttpAnswer, type HttpCall, httpCall } from './http-call.ts';
import { parseJson } from './parse-json.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * One call of the service: a 2xx answer, or the fault that it ended in.
 * @throws the signal's reason when it aborts, and what is our own mistake.
 */
export async function exchange(
  call: Call,
  pool: Pool,
  http: HttpCall,
  token: string | null,
  signal: AbortSignal,
): Promise<Answer<HttpAnswer>> {
  try {
    const answer = await httpCall(pool, http, signal);
    const good = answer.status >= 200 && answer.status < 300;
    return good ? answered(answer) : faulted(faultOfAnswer(call, answer, token, Date.now()));
  } catch (error) {
    const kind = signal.aborted ? null : faultOfError(error);
    if (kind === null) throw error;
    const message = cleanse(`The OCR service cannot be used: ${describe(error)}`, token);
    return faulted({ ...toFault(kind), message });
  }
}

/** A 2xx that is not what the protocol says. */
export function badAnswer(why: string): Answer<never> {
  return faulted({
    reaction: 'retry',
    code: 'ocr_bad_response',
    message: `The OCR service's answer makes no sense: ${why}.`,
  });
}

function faultOfAnswer(call: Call, answer: HttpAnswer, token: string | null, nowMs: number): OcrFault {
  const kind = toFault(faultOfStatus(call, answer.status));
  const said = cleanse(answer.status < 400 ? 'redirects are not followed' : words(answer.body), token);
  const message = cleanse(`The OCR service answered ${answer.status}${said === '' ? '' : `: ${said}`}`, null);
  const after = kind.reaction === 'wait' ? retryAfterMs(answer.headers['retry-after'], nowMs) : undefined;
  return after === undefined ? { ...kind, message } : { ...kind, message, retryAfterMs: after };
}

function toFault([reaction, code, trouble]: FaultClass): Omit<OcrFault, 'message'> {
  return trouble === undefined ? { reaction, code } : { reaction, code, trouble };
}

/** What an error body says: a JSON message, or its beginning; a page of HTML says nothing. */
function words(body: Buffer): string {
  const text = body.toString('utf8');
  const json = parseJson(body);
  if (json !== undefined) return firstText(json) ?? '';
  return /^\s*</.test(text) ? '' : text;
}

/** Node's error of several addresses tried has an empty message of its own. */
function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const said = message ?? '';
  return code === undefined || said.includes(code) ? said : `${said === '' ? '' : `${said} `}(${code})`;
}
