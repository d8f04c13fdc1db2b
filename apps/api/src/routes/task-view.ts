import type { TaskEventView, TaskView } from '@ocrelay/contracts';
import type { Task, TimelineEntry } from '@ocrelay/tasks';

/** A row as the API shows it. */
export function toTaskView(task: Task): TaskView {
  return {
    task_id: task.id,
    parent_id: task.parentId,
    page: task.page,
    ocr_job_id: task.ocrJobId,
    status: task.status,
    error_message: task.errorMessage,
    error_code: task.errorCode,
    stage: task.stage,
    image_path: task.imagePath,
    original_filename: task.originalFilename,
    content_type: task.contentType,
    size_bytes: task.sizeBytes,
    sha256: task.sha256,
    width: task.width,
    height: task.height,
    progress: toProgress(task),
    attempt: task.attempt,
    waits: task.waits,
    waiting_reason: task.waitingReason,
    next_attempt_at: nextAttemptAt(task)?.toISOString() ?? null,
    submissions: task.submissions,
    created_at: task.createdAt.toISOString(),
    updated_at: task.updatedAt.toISOString(),
    submitted_at: task.submittedAt?.toISOString() ?? null,
    finished_at: task.finishedAt?.toISOString() ?? null,
  };
}

/** An entry of the timeline as the API shows it. */
export function toEventView(entry: TimelineEntry): TaskEventView {
  return {
    event_id: entry.id,
    type: entry.type,
    generation: entry.generation,
    stage: entry.stage as TaskEventView['stage'],
    attempt: entry.attempt,
    count: entry.count,
    data: entry.data,
    created_at: entry.createdAt.toISOString(),
    updated_at: entry.updatedAt.toISOString(),
  };
}

function toProgress(task: Task): TaskView['progress'] {
  if (task.donePages === null || task.totalPages === null) return null;
  const progress = { done_pages: task.donePages, total_pages: task.totalPages };
  if (task.openPages === null) return progress;
  // Before it is split, a document has no open pages, and has lost none either.
  const isSplit = task.status !== 'uploaded' && task.status !== 'queued';
  return { ...progress, failed_pages: isSplit ? task.totalPages - task.donePages - task.openPages : 0 };
}

/** When a retry or wait ends; null while somebody works on it, and when it is due already. Only shown, never decided on. */
function nextAttemptAt(task: Task): Date | null {
  if (task.claimedBy !== null || task.dueAt === null) return null;
  return task.dueAt.getTime() > Date.now() ? task.dueAt : null;
}
