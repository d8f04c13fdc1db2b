import { countParked, loadEndpoints, type OcrEndpoint } from '@ocrelay/tasks';
import type { Check } from '../check.ts';
import { counted, type Finding, note, ok, problem, warning } from '../finding.ts';

/** What the workers have found out about the OCR service's endpoints, and how many tasks wait for it. */
export const endpoints: Check = {
  name: 'endpoints',
  needs: ['postgres', 'migrations'],
  async run({ database, installation: { ocr } }) {
    const known = (await loadEndpoints(database.db, ocr?.baseUrls ?? [])).endpoints;
    return judgeEndpoints(known, await countParked(database.db));
  },
};

/**
 * @param known the endpoints that are configured, as far as a worker has used them.
 * @param parked how many tasks wait without a job for an endpoint that takes them.
 */
export function judgeEndpoints(known: readonly OcrEndpoint[], parked: number): Finding[] {
  const down = known.filter(({ state }) => state !== 'closed');
  const waiting = `${counted(parked, 'task')} wait${parked === 1 ? 's' : ''} for the OCR service`;
  if (down.length > 0) return down.map((endpoint) => judgeDown(endpoint, down.length === known.length, waiting));
  if (parked > 0) {
    return [
      note(`${waiting}, and will be taken in turn.`, 'It takes no more at a time, or OCR_MAX_IN_FLIGHT allows none.'),
    ];
  }
  return [ok('No endpoint of the OCR service is kept out of use, and no task waits for one.')];
}

function judgeDown({ url, downSince, trouble }: OcrEndpoint, isEvery: boolean, waiting: string): Finding {
  const since = downSince === null ? '' : ` since ${downSince.toISOString()}`;
  const message = `${url} is kept out of use${since}; ${waiting}. ${trouble?.message ?? ''}`.trim();
  const remedy = 'Workers try it every 15 s at least, and go on by themselves when it is well.';
  return isEvery ? problem(message, remedy) : warning(message, remedy);
}
