import type { TaskRow } from '../evidence.ts';
import { isDocument } from './documents.ts';
import type { KeptPromise } from './promise.ts';

/** The table's key makes more than one impossible; here it is there, and right. */
export const everyReadingIsKeptOnce: KeptPromise = {
  name: 'each task that is done has its one result, of its own image, byte for byte; no other task has one',
  check({ tasks, ocr }) {
    return [...tasks.values()].flatMap((task) => {
      const what = wrongResult(task, ocr.results);
      return what === null ? [] : { what, taskId: task.id };
    });
  },
};

function wrongResult(task: TaskRow, sent: ReadonlyMap<string, string>): string | null {
  const { status, result, sha256, generation, ocrJobId } = task;
  if (status !== 'ocr_done') return result === null ? null : `is ${status} and has a result`;
  if (result === null) return 'is done and has no result';
  if (result.generation !== generation)
    return `has the result of run ${result.generation}, and is in run ${generation}`;
  if (result.foundSha256 !== result.rawSha256) return 'has other bytes than were stored';
  // What a document says is its pages' matter.
  if (isDocument(task)) return null;
  if (!result.text.includes(`file ${sha256}`)) return 'has the result of another image';
  if (result.foundSha256 !== sent.get(ocrJobId ?? '')) return 'has other bytes than its OCR job was answered with';
  return null;
}
