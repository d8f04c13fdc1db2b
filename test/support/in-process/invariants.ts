/**
 * What is true of every task at any moment, whatever has died: the promises of docs/ARCHITECTURE.md, as checks. They look at
 * every version that a row has had, not only at the last one.
 */
import type { Status } from '@ocrelay/contracts';
import { readHistory, type Version } from './history.ts';
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
const IN_PROGRESS: readonly Status[] = ['queued', 'ocr_processing'];

/** Whatever is wrong now, in words; empty when all is well. */
export async function findViolations(world: World): Promise<string[]> {
  const { rows: tasks } = await world.sql.query('select * from tasks');
  const history = await readHistory(world.sql);
  const stored = new Set(await world.storedImages());
  const found: string[] = [];
  for (const [taskId, versions] of history) {
    const say = (what: string) => found.push(`task ${taskId}: ${what}`);
    checkVersions(versions, world.limits, say);
    const row = tasks.find(({ id }) => id === taskId);
    if (row === undefined) continue;
    const { rows: events } = await world.sql.query<{ type: string; count: number; generation: number }>(
      'select type, count, generation from task_events where task_id = $1 order by id',
      [taskId],
    );
    checkTimeline(versions, events, say);
    const { rows: results } = await world.sql.query<{ generation: number; raw: Buffer; plain_text: string }>(
      'select generation, raw, plain_text from ocr_results where task_id = $1',
      [taskId],
    );
    checkResult(row, results, say);
    if (!stored.has(row.image_path) && !world.removedImages.has(row.image_path))
      say(`its image ${row.image_path} is not in the store`);
    const reads = world.ocr.stats.reads.get(row.sha256) ?? 0;
    if (row.submissions < reads) say(`it was read ${reads} times, and owns up to ${row.submissions} submissions`);
  }
  return found;
}

/** What is left over once nothing is under way and the sweeper has been: nothing. */
export async function findLeftovers(world: World): Promise<string[]> {
  const { rows: tasks } = await world.sql.query('select id, status, image_path, error_code, error_message from tasks');
  const found: string[] = [];
  for (const { id, status, error_code, error_message } of tasks) {
    if (IN_PROGRESS.includes(status)) found.push(`task ${id} has not ended: ${status}`);
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
    if (now === null) {
      before = null;
      continue;
    }
    const { status, stage, attempt, claimed_by, due_at, parked_at, ocr_job_id } = now;
    const isInProgress = IN_PROGRESS.includes(status);
    if (before === null) {
      if (status !== 'uploaded' && status !== 'queued') say(`it began as ${status}`);
    } else if (before.status !== status && !EDGES[before.status].includes(status)) {
      say(`it went from ${before.status} to ${status}`);
    }
    if (before !== null) {
      const isNewRun = status === 'queued' && (before.status === 'ocr_failed' || before.status === 'cancelled');
      if (now.generation !== before.generation + (isNewRun ? 1 : 0))
        say(`generation ${before.generation} became ${now.generation} on the way from ${before.status} to ${status}`);
      if (now.dispatch < before.dispatch) say(`dispatch went back from ${before.dispatch} to ${now.dispatch}`);
      const letGo = before.claimed_by !== null && before.claimed_by !== claimed_by;
      if (letGo && isInProgress && now.dispatch === before.dispatch)
        say('its claim was given up under the same dispatch');
      if (letGo && claimed_by !== null) say('its claim went from one worker to another');
    }
    if (status === 'queued' || status === 'uploaded') {
      if (ocr_job_id !== null) say(`it has an OCR job while it is ${status}`);
    } else if (status !== 'cancelled' && status !== 'ocr_failed' && ocr_job_id === null) {
      say(`it has no OCR job while it is ${status}`);
    }
    const hopes = [claimed_by, due_at, parked_at].filter((hope) => hope !== null).length;
    if (hopes !== (isInProgress ? 1 : 0)) say(`it is ${status}, and ${hopes} of claimed, due and parked`);
    if (isInProgress && stage !== null && attempt > limits.attempts[stage])
      say(`attempt ${attempt} of ${limits.attempts[stage]} in ${stage}`);
    if (now.resubmits > limits.maxResubmits) say(`it was submitted again ${now.resubmits} times`);
    if (now.submissions < 0) say(`it has ${now.submissions} submissions`);
    before = now;
  }
}

/** The timeline has an entry for each change that is worth one, in their order, and no other. */
function checkTimeline(
  versions: ReadonlyArray<Version | null>,
  events: ReadonlyArray<{ readonly type: string; readonly count: number; readonly generation: number }>,
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
  if (before === null) return now.status === 'queued' ? ['uploaded', 'queued'] : ['uploaded'];
  if (now.status !== before.status) {
    if (now.status === 'ocr_processing') return ['submitted'];
    if (now.status === 'ocr_failed') return ['failed'];
    return [now.status === 'ocr_done' ? 'done' : now.status];
  }
  if (now.stage !== before.stage) {
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

function checkResult(
  row: {
    readonly status: Status;
    readonly generation: number;
    readonly ocr_job_id: string | null;
    readonly sha256: string;
  },
  results: ReadonlyArray<{ readonly generation: number; readonly raw: Buffer; readonly plain_text: string }>,
  say: (what: string) => void,
): void {
  if (results.length !== (row.status === 'ocr_done' ? 1 : 0)) say(`it is ${row.status} with ${results.length} results`);
  for (const { generation, raw, plain_text } of results) {
    if (generation !== row.generation) say(`its result is of run ${generation}, and it is in run ${row.generation}`);
    if (!plain_text.includes(row.sha256)) say('its result is of another image');
    const jobId = (JSON.parse(raw.toString()) as { job_id?: string }).job_id;
    if (jobId !== row.ocr_job_id) say(`its result is of OCR job ${jobId}, and it says ${row.ocr_job_id}`);
  }
}
