import { type ErrorCode, type OcrErrorCode, ocrErrorCode } from '@ocrelay/contracts';
import type { Db } from '@ocrelay/db';
import { countParked, loadEndpoints, PARKED_COUNTED_TO } from '@ocrelay/tasks';

/** What the workers have found out about the OCR service, when something is wrong with it. */
export interface OcrStanding {
  /** No endpoint takes tasks. */
  readonly isDown: boolean;
  readonly code: OcrErrorCode;
  readonly since: Date | null;
  readonly waitingTasks: number;
  /** What is wrong, since when, and how many tasks wait: one line without addresses. */
  readonly line: string;
  /** The same with what the endpoint said: for those who may see addresses. */
  readonly detail: string;
}

/** @returns null while the workers find nothing wrong with any endpoint. */
export async function findOcrStanding(db: Db, urls: readonly string[]): Promise<OcrStanding | null> {
  const { endpoints, anyParked } = await loadEndpoints(db, urls);
  const down = endpoints.filter(({ state }) => state !== 'closed');
  const [first] = down.toSorted((a, b) => (b.downForMs ?? 0) - (a.downForMs ?? 0));
  if (first === undefined) return null;
  const isDown = down.length === endpoints.length;
  const waitingTasks = anyParked ? await countParked(db) : 0;
  const code = first.trouble?.code ?? 'ocr_unavailable';
  const who = isDown ? 'the OCR service' : `${down.length} of ${endpoints.length} OCR endpoints`;
  const waiting = waitingTasks < PARKED_COUNTED_TO ? `${waitingTasks}` : `at least ${PARKED_COUNTED_TO}`;
  const line = `${who} down since ${first.downSince?.toISOString() ?? 'just now'} (${code}); ${waiting} tasks wait`;
  return {
    isDown,
    code: toOcrCode(code),
    since: first.downSince,
    waitingTasks,
    line,
    detail: `${line}: ${first.trouble?.message ?? 'no reason is known'}`,
  };
}

function toOcrCode(code: ErrorCode): OcrErrorCode {
  const parsed = ocrErrorCode.safeParse(code);
  return parsed.success ? parsed.data : 'ocr_unavailable';
}
