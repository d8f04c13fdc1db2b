import type { TaskView } from '@ocrelay/contracts';
import { isPaged } from './pages.ts';

/** Where a task stands, in a few words for people. */
export function describeTask(task: TaskView): string {
  const failed = task.progress?.failed_pages ?? 0;
  if (task.status === 'ocr_done') return failed === 0 ? 'done' : `done, but for ${failed} of its pages`;
  if (task.status === 'ocr_failed') return `failed: ${task.error_message ?? task.error_code ?? 'no reason given'}`;
  if (task.status === 'cancelled') return 'cancelled';
  const what = isPaged(task) ? documentStep(task) : imageStep(task);
  const why = task.waiting_reason === null ? '' : `, waiting (${task.waiting_reason})`;
  return `${what}${task.attempt > 1 ? `, attempt ${task.attempt}` : ''}${why}`;
}

function imageStep({ stage, progress }: TaskView): string {
  if (stage === 'poll')
    return `being read${progress === null ? '' : `, page ${progress.done_pages} of ${progress.total_pages}`}`;
  return stage === 'store' ? 'being stored' : 'queued';
}

/** Its pages are at different stages; what counts is how many are done. */
function documentStep({ status, progress }: TaskView): string {
  if (progress !== null) return `being read, ${progress.done_pages} of ${progress.total_pages} pages done`;
  return status === 'ocr_processing' ? 'being read' : 'queued';
}
