/** Everything that the promises are checked against, gathered once when all is at rest. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type JobData, jobData, STAGES, type Status } from '@ocrelay/contracts';
import { isSentinel, openQueueBackend } from '@ocrelay/queue';
import type { Backend } from '../support/ocrelay.ts';
import type { ProgramFootprint } from './footprint.ts';
import { groupBy } from './group-by.ts';
import type { AnswerCounts } from './load/client.ts';
import type { Upload } from './load/upload.ts';
import { type OcrRecord, readJournal } from './ocr/journal.ts';
import type { Entry } from './schedule.ts';
import type { System } from './system.ts';

/** A row, with what its result says of itself. */
export interface TaskRow {
  readonly id: string;
  /** The document that it is a page of, and which. */
  readonly parentId: string | null;
  readonly page: number | null;
  /** Null for what is no document. */
  readonly openPages: number | null;
  readonly donePages: number | null;
  readonly totalPages: number | null;
  readonly status: Status;
  readonly stage: string | null;
  readonly generation: number;
  readonly dispatch: number;
  readonly claimedBy: string | null;
  readonly isDue: boolean;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly ocrJobId: string | null;
  readonly submissions: number;
  readonly imagePath: string;
  readonly sha256: string;
  readonly result: {
    readonly generation: number;
    readonly rawSha256: string;
    /** Of the bytes that are there. */
    readonly foundSha256: string;
    readonly text: string;
  } | null;
}

export interface TaskEvent {
  readonly taskId: string;
  readonly type: string;
  readonly generation: number;
  readonly stage: string | null;
  readonly attempt: number;
  readonly count: number;
  readonly data: Record<string, unknown>;
  readonly at: Date;
}

/** A file of the image store. */
interface StoredFile {
  readonly key: string;
  readonly ageMs: number;
  /** Null for one that is being written. */
  readonly sha256: string | null;
}

export interface Evidence {
  readonly backend: Backend;
  readonly entries: readonly Entry[];
  readonly uploads: readonly Upload[];
  readonly answers: AnswerCounts;
  readonly tasks: ReadonlyMap<string, TaskRow>;
  readonly events: ReadonlyMap<string, readonly TaskEvent[]>;
  /** Of images that are committed, and of uploads that are not. */
  readonly images: readonly StoredFile[];
  readonly incoming: readonly StoredFile[];
  readonly ocr: OcrRecord;
  /** What the queue would still hand to a worker. */
  readonly jobs: readonly JobData[];
  readonly unsettled: readonly string[];
  readonly surprises: readonly string[];
  readonly before: readonly ProgramFootprint[];
  readonly after: readonly ProgramFootprint[];
}

type FromElsewhere = 'entries' | 'uploads' | 'answers' | 'unsettled' | 'before' | 'after';

export async function gatherEvidence(system: System, known: Pick<Evidence, FromElsewhere>): Promise<Evidence> {
  const [tasks, events, images, incoming, jobs] = await Promise.all([
    readTasks(system),
    readEvents(system),
    readFiles(system.storeFolder, 'images', true),
    readFiles(system.storeFolder, 'incoming', false),
    readJobs(system),
  ]);
  return {
    ...known,
    backend: system.backend,
    tasks,
    events,
    images,
    incoming,
    ocr: readJournal(system.journal),
    jobs,
    surprises: [...Object.values(system.programs), system.ocr].flatMap((program) => program.surprises),
  };
}

async function readTasks({ sql }: System): Promise<Map<string, TaskRow>> {
  const { rows } = await sql.query(`
    select t.id, t.parent_id as "parentId", t.page, t.open_pages as "openPages", t.done_pages as "donePages",
           t.total_pages as "totalPages", t.status, t.stage, t.generation, t.dispatch, t.claimed_by as "claimedBy", t.due_at is not null as "isDue",
           t.error_code as "errorCode", t.error_message as "errorMessage", t.ocr_job_id as "ocrJobId", t.submissions,
           t.image_path as "imagePath", t.sha256,
           case when r.task_id is not null then json_build_object('generation', r.generation, 'rawSha256', r.raw_sha256,
             'foundSha256', encode(sha256(r.raw), 'hex'), 'text', r.plain_text) end as result
    from tasks t left join ocr_results r on r.task_id = t.id`);
  return new Map(rows.map((row: TaskRow) => [row.id, row]));
}

async function readEvents({ sql }: System): Promise<Map<string, TaskEvent[]>> {
  const { rows } = await sql.query<TaskEvent>(`
    select task_id as "taskId", type, generation, stage, attempt, count, data, created_at as at
    from task_events order by id`);
  return groupBy(rows, (event) => event.taskId);
}

async function readFiles(store: string, folder: string, hash: boolean): Promise<StoredFile[]> {
  const entries = await readdir(join(store, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  const files: StoredFile[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const { mtimeMs } = await stat(path);
    const sha256 = hash
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : null;
    files.push({ key: path.slice(store.length + 1), ageMs: Date.now() - mtimeMs, sha256 });
  }
  return files;
}

async function readJobs({ postgres, redis }: System): Promise<JobData[]> {
  const backend = openQueueBackend({ databaseUrl: postgres.url, redisUrl: redis?.url ?? null }, () => {}, 5_000);
  try {
    const jobs: JobData[] = [];
    for (const stage of STAGES) {
      const queue = await backend.queue(stage);
      for (const job of await queue.getJobs(['waiting', 'delayed', 'active', 'prioritized'])) {
        if (job !== undefined && job !== null && !isSentinel(job)) jobs.push(jobData.parse(job.data));
      }
    }
    return jobs;
  } finally {
    await backend.close();
  }
}
