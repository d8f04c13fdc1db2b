import { setTimeout as sleep } from 'node:timers/promises';

/** What the API answered. */
interface ApiAnswer {
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  readonly errorCode: string | null;
}

/** Every answer so far, by call, status and error code, for the report. */
export type AnswerCounts = Map<string, number>;

/** A client as a sensible one would be: patient, with a time limit for each request, asking again whatever may pass. */
export interface ApiClient {
  /**
   * Sends a request until its answer is final: anything but no answer at all, 408, 429 and 5xx.
   * @returns the answer, and how many requests it took; null when `giveUp` aborted before.
   */
  insist(call: string, path: string, init: () => RequestInit): Promise<{ answer: ApiAnswer; requests: number } | null>;
}

const LIMIT_MS = 8_000;
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

export function createApiClient(apiUrl: string, counts: AnswerCounts, giveUp: AbortSignal): ApiClient {
  const once = async (call: string, path: string, init: RequestInit): Promise<ApiAnswer | null> => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), LIMIT_MS);
    const count = (what: string) => counts.set(`${call} ${what}`, (counts.get(`${call} ${what}`) ?? 0) + 1);
    try {
      const response = await fetch(`${apiUrl}${path}`, { ...init, signal: limit.signal });
      const body = (await response.json()) as { data: ApiAnswer['data']; error?: { code: string } };
      const errorCode = body.error?.code ?? null;
      count(errorCode === null ? `${response.status}` : `${response.status} ${errorCode}`);
      return { status: response.status, data: body.data, errorCode };
    } catch {
      count(limit.signal.aborted ? 'no answer in time' : 'no connection');
      return null;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    async insist(call, path, init) {
      for (let requests = 1; !giveUp.aborted; requests += 1) {
        const answer = await once(call, path, init());
        if (answer !== null && !mayPass(answer)) return { answer, requests };
        const pauseMs = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** (requests - 1));
        await sleep(pauseMs, undefined, { signal: giveUp }).catch(() => {});
      }
      return null;
    },
  };
}

/** A 502 of a start says how its submit ended: that is an answer. */
function mayPass({ status, errorCode }: ApiAnswer): boolean {
  if (status === 502 && errorCode?.startsWith('ocr_') === true) return false;
  return status === 408 || status === 429 || status >= 500;
}
