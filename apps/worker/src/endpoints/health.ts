import type { OcrClient } from '@ocrelay/ocr';
import type { EndpointTrouble } from '@ocrelay/tasks';

/** Asks an endpoint how it is: null when it is well. Those who ask at the same time share one call. */
export type AskHealth = (url: string) => Promise<EndpointTrouble | null>;

export function createHealthCheck(ocr: Pick<OcrClient, 'healthCheck'>): AskHealth {
  const never = new AbortController().signal;
  const ask = async (url: string): Promise<EndpointTrouble | null> => {
    const answer = await ocr.healthCheck(url, never);
    if (!answer.ok) return answer.fault;
    return answer.value.ok
      ? null
      : { code: 'ocr_unavailable', message: 'The OCR service reports that it is not well.' };
  };
  const asking = new Map<string, ReturnType<AskHealth>>();
  return (url) => {
    const asked = asking.get(url) ?? ask(url).finally(() => asking.delete(url));
    asking.set(url, asked);
    return asked;
  };
}
