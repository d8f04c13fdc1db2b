/** What the timeline of a task must tell: an entry for each change of its row that is worth one. */
import type { Version } from './history.ts';

/** An entry of `task_events`, counted as often as it says. */
export interface Entry {
  readonly type: string;
  readonly count: number;
  readonly generation: number;
}

/** The timeline has an entry for each change that is worth one, in their order, and no other. */
export function checkTimeline(
  versions: ReadonlyArray<Version | null>,
  events: readonly Entry[],
  say: (what: string) => void,
): void {
  const expected: string[] = [];
  let before: Version | null = null;
  for (const now of versions) {
    if (now === null) return;
    expected.push(...entriesOf(before, now).map((entry) => `${entry}@${now.generation}`));
    before = now;
  }
  const told = events.flatMap(({ type, count, generation }) =>
    Array<string>(count).fill(`${type === 'rescued' ? 'released' : type}@${generation}`),
  );
  if (told.join() !== expected.join())
    say(`its timeline tells\n  ${told.join(', ')}\nand its row did\n  ${expected.join(', ')}`);
}

/** What the timeline is to tell of one change of the row. */
function entriesOf(before: Version | null, now: Version): string[] {
  if (before === null) return beginning(now);
  if (now.status !== before.status) return [changeOfStatus(before, now)];
  if (now.open_pages !== before.open_pages) {
    if ((now.open_pages ?? 0) > (before.open_pages ?? 0)) return ['page_restarted'];
    // The end of a page is told in the page's own timeline.
    return now.deadline_at === before.deadline_at ? [] : ['deadline_passed'];
  }
  if (now.stage !== before.stage) {
    if (before.stage === 'split') return ['rendered'];
    if (now.stage === 'poll') return ['submitted'];
    return [now.stage === 'store' ? 'ocr_ended' : 'ocr_job_lost'];
  }
  if (before.claimed_by === null && now.waits > before.waits) return ['waiting']; // parked, since no endpoint is there
  if (before.claimed_by === null) return []; // a claim, a look of the reconciler, a new dispatch
  if (now.claimed_by !== null) {
    const turned = now.done_pages !== before.done_pages || now.total_pages !== before.total_pages;
    return turned ? ['progress'] : [];
  }
  if (now.waits > before.waits) return ['waiting'];
  // A try that has failed keeps its number; what is handed back never was one, and changes nothing else.
  if (now.attempt === before.attempt && now.error_code !== null) return ['attempt_failed'];
  // What is handed back is due at once; a second look is not.
  return [now.due_at === now.updated_at ? 'released' : 'ocr_job_missing'];
}

/** Pages are not uploaded: they are there when their document is split. */
function beginning({ status, parent_id }: Version): string[] {
  if (parent_id !== null) return ['queued'];
  return status === 'queued' ? ['uploaded', 'queued'] : ['uploaded'];
}

function changeOfStatus(before: Version, now: Version): string {
  if (now.status === 'ocr_failed') return 'failed';
  if (now.status === 'ocr_done') return 'done';
  if (now.status !== 'ocr_processing') return now.status;
  if (now.open_pages === null) return 'submitted';
  return before.status === 'queued' ? 'split' : 'page_restarted';
}
