/**
 * What is true of every task at any moment, whatever has died: the promises of docs/ARCHITECTURE.md, as checks. They look at
 * every version that a row has had, not only at the last one.
 */
import type { Status } from '@ocrelay/contracts';
import { findTornFamilies } from './families.ts';
import { isInProgress, readHistory, type Version, versionsByTask } from './history.ts';
import { checkResult, type ReadTask, type Result } from './results.ts';
import { checkTimeline, type Entry } from './timeline.ts';
import type { World } from './world.ts';

/** Every way from one status to another; staying is always allowed. */
const EDGES: Readonly<Record<Status, readonly Status[]>> = {
  uploaded: ['queued', 'cancelled'],
  queued: ['ocr_processing', 'ocr_failed', 'cancelled'],
  ocr_processing: ['ocr_done', 'ocr_failed', 'cancelled'],
  ocr_done: [],
  ocr_failed: ['queued'],
  cancelled: ['queued'],
};
/** A document also goes back to work when one of its pages does. */
const DOCUMENT_EDGES: typeof EDGES = {
  ...EDGES,
  ocr_done: ['ocr_processing'],
  ocr_failed: ['queued', 'ocr_processing'],
};

interface TaskRow extends ReadTask {
  readonly image_path: string;
  readonly submissions: number;
}

/** Whatever is wrong now, in words; empty when all is well. */
export async function findViolations(world: World): Promise<string[]> {
  const { rows: tasks } = await world.sql.query<TaskRow>('select * from tasks');
  const { rows: events } = await world.sql.query<Entry & { task_id: string }>(
    'select task_id, type, count, generation from task_events order by id',
  );
  const { rows: results } = await world.sql.query<Result>('select * from ocr_results');
  const history = await readHistory(world.sql);
  const stored = new Set(await world.storedImages());
  const rowOf = new Map(tasks.map((row) => [row.id, row]));
  const resultOf = new Map(results.map((result) => [result.task_id, result]));
  const found: string[] = [];
  for (const [taskId, versions] of versionsByTask(history)) {
    const say = (what: string) => found.push(`task ${taskId}: ${what}`);
    checkVersions(versions, world.limits, say);
    const row = rowOf.get(taskId);
    if (row === undefined) continue;
    const timeline = events.filter(({ task_id }) => task_id === taskId);
    checkTimeline(versions, timeline, say);
    const pages = tasks.filter(({ parent_id }) => parent_id === taskId);
    checkResult(row, pages, resultOf, say);
    if (hasImage(row) && !stored.has(row.image_path) && !world.removedImages.has(row.image_path))
      say(`its image ${row.image_path} is not in the store`);
    const reads = world.ocr.stats.reads.get(row.sha256) ?? 0;
    if (row.submissions < reads) say(`it was read ${reads} times, and owns up to ${row.submissions} submissions`);
  }
  findTornFamilies(history, (taskId, what) => found.push(`document ${taskId}: ${what}`));
  return found;
}

/** A page has none before its picture is made, and then says so by its hash. */
function hasImage({ sha256 }: TaskRow): boolean {
  return sha256 !== '';
}

/** What is left over once nothing is under way and the sweeper has been: nothing. */
export async function findLeftovers(world: World): Promise<string[]> {
  const { rows: tasks } = await world.sql.query('select id, status, image_path, error_code, error_message from tasks');
  const found: string[] = [];
  for (const { id, status, error_code, error_message } of tasks) {
    if (isInProgress({ status })) found.push(`task ${id} has not ended: ${status}`);
    if (status === 'ocr_failed' && (error_code === null || (error_message ?? '') === ''))
      found.push(`task ${id} failed for no reason`);
  }
  const known = new Set(tasks.map(({ image_path }) => image_path));
  for (const key of await world.storedImages()) if (!known.has(key)) found.push(`image ${key} has no task`);
  for (const file of await world.unfinishedUploads()) found.push(`the upload ${file} was left in the store`);
  return found;
}

function checkVersions(
  versions: ReadonlyArray<Version | null>,
  limits: World['limits'],
  say: (what: string) => void,
): void {
  let before: Version | null = null;
  for (const now of versions) {
    if (now !== null) {
      if (before === null) {
        if (now.status !== 'uploaded' && now.status !== 'queued') say(`it began as ${now.status}`);
      } else checkMove(before, now, say);
      checkVersion(now, limits, say);
    }
    before = now;
  }
}

function checkMove(before: Version, now: Version, say: (what: string) => void): void {
  const { status, claimed_by } = now;
  const edges = now.open_pages === null ? EDGES : DOCUMENT_EDGES;
  if (before.status !== status && !edges[before.status].includes(status))
    say(`it went from ${before.status} to ${status}`);
  const isNewRun = before.status !== 'uploaded' && !isInProgress(before) && isInProgress(now);
  if (now.generation !== before.generation + (isNewRun ? 1 : 0))
    say(`generation ${before.generation} became ${now.generation} on the way from ${before.status} to ${status}`);
  if (now.dispatch < before.dispatch) say(`dispatch went back from ${before.dispatch} to ${now.dispatch}`);
  const letGo = before.claimed_by !== null && before.claimed_by !== claimed_by;
  if (letGo && isInProgress(now) && now.dispatch === before.dispatch)
    say('its claim was given up under the same dispatch');
  if (letGo && claimed_by !== null) say('its claim went from one worker to another');
}

function checkVersion(now: Version, limits: World['limits'], say: (what: string) => void): void {
  const { status, stage, attempt, claimed_by, due_at, parked_at, ocr_job_id, open_pages } = now;
  if (status === 'queued' || status === 'uploaded' || open_pages !== null) {
    if (ocr_job_id !== null) say(`it has an OCR job while it is ${status}`);
  } else if (status !== 'cancelled' && status !== 'ocr_failed' && ocr_job_id === null) {
    say(`it has no OCR job while it is ${status}`);
  }
  const hopes = [claimed_by, due_at, parked_at].filter((hope) => hope !== null).length;
  // What waits for its pages is woken by their end.
  const isHopeful = isInProgress(now) && (open_pages ?? 0) === 0;
  if (hopes !== (isHopeful ? 1 : 0))
    say(`it is ${status} with ${open_pages} open pages, and ${hopes} of claimed, due and parked`);
  if (isInProgress(now) && stage !== null && attempt > limits.attempts[stage])
    say(`attempt ${attempt} of ${limits.attempts[stage]} in ${stage}`);
  if (now.resubmits > limits.maxResubmits) say(`it was submitted again ${now.resubmits} times`);
  if (now.submissions < 0) say(`it has ${now.submissions} submissions`);
}
