import type { TaskView } from '@ocrelay/contracts';

/** Where a task stands, in a few words for people. */
export function describeTask(task: TaskView): string {
  if (task.status === 'ocr_done') return 'done';
  if (task.status === 'ocr_failed') return `failed: ${task.error_message ?? task.error_code ?? 'no reason given'}`;
  if (task.status === 'cancelled') return 'cancelled';
  const what = task.stage === 'poll' ? `being read${pages(task)}` : task.stage === 'store' ? 'being stored' : 'queued';
  const why = task.waiting_reason === null ? '' : `, waiting (${task.waiting_reason})`;
  return `${what}${task.attempt > 1 ? `, attempt ${task.attempt}` : ''}${why}`;
}

function pages({ progress }: TaskView): string {
  return progress === null ? '' : `, page ${progress.done_pages} of ${progress.total_pages}`;
}
