/**
 * The tables. `tasks` is the truth: the row owns all that must survive, and the queue carries it around.
 * Changed by migrations only (`npx drizzle-kit generate`), which the previous release must still be able to read.
 */
import { type SQL, sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  check,
  customType,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

export const tasks = pgTable(
  'tasks',
  {
    id: uuid('id').primaryKey(),
    /** The document that this task is a page of; null for what was uploaded itself. */
    parentId: uuid('parent_id'),
    /** Which page of it, counted from 1. */
    page: integer('page'),
    /** Of a document that is read page by page: how many of its pages have not ended, while it waits for them; else 0. Null for all other tasks. */
    openPages: integer('open_pages'),
    status: text('status').notNull().default('uploaded'),
    /** The step that the task is in; null before its first start. */
    stage: text('stage'),
    /** Which run of the task this is: raised by every restart, so that jobs of an earlier run are stale. */
    generation: integer('generation').notNull().default(1),
    /** Raised by every transition that schedules work, so that each job is taken once. */
    dispatch: integer('dispatch').notNull().default(0),
    /** The worker whose lease covers this task now. */
    claimedBy: uuid('claimed_by'),
    /** When work is to be done next; null while claimed or parked, before the start and after the end. */
    dueAt: time('due_at'),
    /** Since when the task waits, without a job, for an endpoint of the OCR service that takes it; null otherwise. */
    parkedAt: time('parked_at'),
    /** When a reconciler last looked for this task's job in the queue. */
    seenAt: time('seen_at'),
    attempt: integer('attempt').notNull().default(0),
    waits: integer('waits').notNull().default(0),
    waitingReason: text('waiting_reason'),
    submissions: integer('submissions').notNull().default(0),
    /** How often this generation's OCR job was lost by the service and submitted again. */
    resubmits: integer('resubmits').notNull().default(0),
    /**
     * Worker processes that died, killed or crashed, while they had this OCR job's result in hand (such a task is read alone), or
     * were making the picture of this page.
     */
    crashes: integer('crashes').notNull().default(0),
    /** The endpoint whose slot the task has: admitted to it, being submitted to it, or followed there. */
    ocrEndpoint: text('ocr_endpoint'),
    ocrJobId: text('ocr_job_id'),
    /** `last_seq` of the long poll. */
    pollCursor: bigint('poll_cursor', { mode: 'number' }).notNull().default(0),
    /** Since when the service says that it does not know the job. */
    missingSince: time('missing_since'),
    donePages: integer('done_pages'),
    totalPages: integer('total_pages'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    /** Of a page of a document, where its picture will be; size, hash and pixels are 0 or empty until it is there. */
    imagePath: text('image_path').notNull(),
    originalFilename: text('original_filename'),
    contentType: text('content_type').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
    startedAt: time('started_at'),
    submittedAt: time('submitted_at'),
    deadlineAt: time('deadline_at'),
    finishedAt: time('finished_at'),
  },
  (t) => [
    foreignKey({ columns: [t.parentId], foreignColumns: [t.id], name: 'tasks_parent' }).onDelete('cascade'),
    uniqueIndex('tasks_pages').on(t.parentId, t.page).where(sql`${t.parentId} is not null`),
    // Lists are newest first; ids are UUIDs of version 7, so their order is the order of creation. Lists show no pages.
    index('tasks_by_status').on(t.status, t.id).where(sql`${t.parentId} is null`),
    index('tasks_pages_by_status').on(t.status, t.id).where(sql`${t.parentId} is not null`),
    // How long each has been due without being looked at; those that never were count from when they are due.
    index('tasks_unseen_since')
      .on(sql`greatest(${t.seenAt}, ${t.dueAt})`)
      .where(sql`${t.claimedBy} is null and ${t.dueAt} is not null`),
    // Who goes first, of those that are parked, and who has waited longest.
    index('tasks_parked_in_turn')
      .on(sql`coalesce(${t.page}, 0)`, t.parkedAt, t.id)
      .where(sql`${t.parkedAt} is not null`),
    index('tasks_parked_since').on(t.parkedAt).where(sql`${t.parkedAt} is not null`),
    index('tasks_in_flight')
      .on(t.ocrEndpoint)
      .where(sql`${t.ocrEndpoint} is not null and ${t.stage} in ('submit', 'poll') and ${inProgress(t.status)}`),
    index('tasks_claimed').on(t.claimedBy).where(sql`${t.claimedBy} is not null`),
    index('tasks_deadlines').on(t.deadlineAt).where(inProgress(t.status)),
    check(
      'tasks_status',
      sql`${t.status} in ('uploaded', 'queued', 'ocr_processing', 'ocr_done', 'ocr_failed', 'cancelled')`,
    ),
    check('tasks_stage', sql`${t.stage} in ('split', 'submit', 'poll', 'store')`),
    check('tasks_page_of_document', sql`num_nonnulls(${t.parentId}, ${t.page}) in (0, 2)`),
    check(
      'tasks_has_owner_or_time',
      // A document that waits for its pages has neither: their end wakes it. `parked_at` of a task that has ended is not looked
      // at: the previous release does not know that it is to be cleared.
      sql`case when ${inProgress(t.status)}
          then num_nonnulls(${t.claimedBy}, ${t.dueAt}, ${t.parkedAt}) = case when ${t.openPages} > 0 then 0 else 1 end
          else num_nonnulls(${t.claimedBy}, ${t.dueAt}) = 0 end`,
    ),
    check(
      'tasks_has_deadline',
      sql`not (${inProgress(t.status)}) or (${t.deadlineAt} is not null and ${t.stage} is not null)`,
    ),
    // A document that is read page by page has none: its pages have.
    check('tasks_has_ocr_job', sql`${t.status} <> 'ocr_processing' or num_nonnulls(${t.ocrJobId}, ${t.openPages}) = 1`),
    check('tasks_has_no_ocr_job', sql`${t.status} not in ('uploaded', 'queued') or ${t.ocrJobId} is null`),
  ],
);

function inProgress(status: unknown): SQL {
  return sql`${status} in ('queued', 'ocr_processing')`;
}

/** The timeline of a task: one row per transition, consecutive alike ones counted in one. */
export const taskEvents = pgTable(
  'task_events',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    taskId: uuid('task_id')
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    type: text('type').notNull(),
    generation: integer('generation').notNull(),
    stage: text('stage'),
    attempt: integer('attempt').notNull(),
    count: integer('count').notNull().default(1),
    data: jsonb('data').$type<Record<string, unknown>>().notNull().default({}),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
  },
  (t) => [index('task_events_by_task').on(t.taskId, t.id)],
);

/** What was read: at most one row a task. */
export const ocrResults = pgTable('ocr_results', {
  taskId: uuid('task_id')
    .primaryKey()
    .references(() => tasks.id, { onDelete: 'cascade' }),
  generation: integer('generation').notNull(),
  /** The OCR service's JSON byte for byte. Not `jsonb` or `text`: it may hold NULs and lone surrogates, which both refuse. */
  raw: bytea('raw').notNull(),
  rawSha256: text('raw_sha256').notNull(),
  pageCount: integer('page_count').notNull(),
  /** What `raw` says as plain text in reading order; derived, so it can be derived again. */
  plainText: text('plain_text').notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
});

/**
 * What a document's file itself says in its text: a row for each of its pages, made when the page is rendered; and one row, with form feeds
 * between the pages, for a PDF that the OCR service was given whole.
 */
export const textLayers = pgTable('text_layers', {
  taskId: uuid('task_id')
    .primaryKey()
    .references(() => tasks.id, { onDelete: 'cascade' }),
  text: text('text').notNull(),
});

/** What results say as pages, blocks and tables: derived from `ocr_results.raw` when it is first asked for, and again by newer rules. */
export const ocrDocuments = pgTable('ocr_documents', {
  taskId: uuid('task_id')
    .primaryKey()
    .references(() => ocrResults.taskId, { onDelete: 'cascade' }),
  /** Of the result that it was derived from: of another one it says nothing. */
  rawSha256: text('raw_sha256').notNull(),
  /** The rules that it was derived by. */
  documentVersion: integer('document_version').notNull(),
  /** JSON, UTF-8, gzipped; of earlier releases plain. */
  document: bytea('document').notNull(),
  derivedAt: time('derived_at').notNull().defaultNow(),
});

/**
 * The endpoints of the OCR service, as all workers together see them: a circuit breaker and a limit for each.
 * A row is changed only by guarded updates that say from which state.
 */
export const ocrEndpoints = pgTable(
  'ocr_endpoints',
  {
    url: text('url').primaryKey(),
    /** The breaker: `closed` takes tasks, `open` takes none, `half_open` takes one for a try. */
    state: text('state').notNull().default('closed'),
    /** Since when it has not been closed. */
    downSince: time('down_since'),
    /** What is wrong. */
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    /** Probes that failed in a row; while closed, refusals for overload in a row. */
    failures: integer('failures').notNull().default(0),
    /** Open: when the next probe is due. Half open: when the task that was let through counts as lost. */
    probeAt: time('probe_at'),
    /** Half open: the task that was let through. */
    probeTask: uuid('probe_task'),
    /** How many jobs it is given at a time, learned from its answers; null: as many as there are. */
    jobLimit: doublePrecision('job_limit'),
    /** Up to here each success raises the limit by one; beyond, each round of successes. Null: all the way. */
    rampTo: doublePrecision('ramp_to'),
    /** When the limit was last lowered. */
    limitedAt: time('limited_at'),
    /** It has asked to be left alone until then. */
    admitAfter: time('admit_after'),
  },
  (t) => [check('ocr_endpoints_state', sql`${t.state} in ('closed', 'open', 'half_open')`)],
);

/** The workers' leases: a row per running worker, renewed by its heartbeat. */
export const workers = pgTable('workers', {
  id: uuid('id').primaryKey(),
  hostname: text('hostname').notNull(),
  pid: integer('pid').notNull(),
  startedAt: time('started_at').notNull().defaultNow(),
  heartbeatAt: time('heartbeat_at').notNull().defaultNow(),
});

/** Which task an upload with an `Idempotency-Key` made. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** The name of the API key that sent it, so that clients cannot meet each other's keys. */
    keyName: text('key_name').notNull(),
    key: text('key').notNull(),
    taskId: uuid('task_id')
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    sha256: text('sha256').notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.keyName, t.key] }),
    index('idempotency_keys_by_age').on(t.createdAt),
    index('idempotency_keys_by_task').on(t.taskId),
  ],
);
