/** What runs for every request, job or round uses an index, however many tasks there are. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Db } from '@ocrelay/db';
import { drizzle } from 'drizzle-orm/node-postgres';
import {
  abandonedTasks,
  admit,
  allUnclaimed,
  alteredResults,
  anyToRetry,
  applyStep,
  BEFORE_ALL,
  type Claim,
  cancel,
  countParked,
  countQueued,
  createTask,
  deadWorkers,
  deleteOldTasks,
  deleteTask,
  doneWithoutResult,
  dropStrayResults,
  expireDeadlines,
  findClaim,
  findResult,
  findTask,
  goRound,
  knownImages,
  letOneThrough,
  listTasks,
  loadEndpoints,
  longDue,
  lowerLimit,
  newTaskId,
  orphanedImages,
  overdueTasks,
  pruneIdempotencyKeys,
  raiseLimit,
  readAgain,
  redispatch,
  releaseClaims,
  rescueClaims,
  retry,
  retryBatch,
  staleSteps,
  start,
  stillThere,
  strayResults,
  takeCensus,
  takeLongestUnseen,
  takeUpAbandoned,
  timeline,
  unpark,
  workersSeen,
} from '../src/index.ts';
import { claim, markOcrEnded, saveProgress } from './one-task.ts';
import { DAY_MS, newTask, openTaskTable, type TaskTable } from './task-table.ts';

jest.setTimeout(120_000);

const ROWS = 8_000;
/** What a list of 50 sorts at the most: a page, and one more, of each status. */
const PAGES_OF_ALL_STATUSES = 6 * 51;
let table: TaskTable;

/** Thousands of tasks as they are found: most done, some waiting, some claimed. */
beforeAll(async () => {
  table = await openTaskTable();
  const ids = Array.from({ length: ROWS }, newTaskId);
  await table.rows(
    `insert into tasks (id, status, stage, dispatch, claimed_by, due_at, seen_at, deadline_at, ocr_job_id,
                        image_path, content_type, size_bytes, sha256, width, height)
     select id, status, 'poll', 1, case when n % 20 = 1 then gen_random_uuid() end,
            case when n % 20 in (2, 3) then now() - interval '1 min' end, now(), now() + interval '1 day', case when status <> 'uploaded' then 'x' end,
            'a/b.png', 'image/png', 1, repeat('a', 64), 1, 1
     from (select id, n, case when n % 20 in (1, 2, 3) then 'ocr_processing' when n % 20 = 4 then 'uploaded' else 'ocr_done' end as status
           from unnest($1::uuid[]) with ordinality as made(id, n)) as t`,
    [ids],
  );
  await table.rows(
    `insert into task_events (task_id, type, generation, attempt) select id, 'uploaded', 1, 0 from tasks, generate_series(1, 3)`,
  );
  await table.rows(
    `insert into idempotency_keys (key_name, key, task_id, sha256) select 'k', id::text, id, repeat('a', 64) from tasks`,
  );
  await table.rows(
    `insert into ocr_results (task_id, generation, raw, raw_sha256, page_count, plain_text)
     select id, 1, '{}', repeat('a', 64), 1, '' from tasks where status = 'ocr_done'`,
  );
  await table.rows(
    'insert into workers (id, hostname, pid) select gen_random_uuid(), $1, 1 from generate_series(1, 8)',
    ['h'],
  );
  await table.rows(
    `update tasks set parked_at = now(), due_at = null, stage = 'submit', ocr_endpoint = null
     where due_at is not null and id in (select id from tasks where due_at is not null limit 300)`,
  );
  await table.rows(`update tasks set ocr_endpoint = 'http://ocr.test' where claimed_by is not null`);
  await table.rows(`insert into ocr_endpoints (url, job_limit) values ('http://ocr.test', 500)`);
  await table.rows('analyze');
});
afterAll(() => table.drop());

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Plan Rows': number;
  readonly Plans?: Plan[];
}

/** Does the work and gives the nodes of the plans of all its statements. */
async function plansOf(work: (db: Db) => Promise<unknown>, table: TaskTable): Promise<Plan[]> {
  const statements: Array<{ query: string; params: unknown[] }> = [];
  const logger = { logQuery: (query: string, params: unknown[]) => void statements.push({ query, params }) };
  const orm = drizzle({ client: table.pool, logger }) as unknown as Db;
  const execute = orm.execute.bind(orm);
  await work(
    Object.assign(Object.create(orm), { execute, transaction: (run: (on: Db['execute']) => unknown) => run(execute) }),
  );
  expect(statements).not.toEqual([]);
  const nodes: Plan[] = [];
  const collect = (plan: Plan) => {
    nodes.push(plan);
    plan.Plans?.forEach(collect);
  };
  for (const { query, params } of statements) {
    const [row] = await table.rows(`explain (format json) ${query}`, params);
    collect(row?.['QUERY PLAN'][0].Plan);
  }
  return nodes;
}

/** The nodes as `type relation`. */
async function nodesOf(work: (db: Db) => Promise<unknown>): Promise<string[]> {
  return (await plansOf(work, table)).map((plan) => {
    const many = plan['Plan Rows'] > PAGES_OF_ALL_STATUSES ? 'many' : '';
    return `${plan['Node Type']} ${plan['Relation Name'] ?? many}`.trim();
  });
}

const PLACES = { urls: ['http://ocr.test'], maxInFlight: null };
const FAILED = { status: 'ocr_failed', errorCode: null, finishedAfter: null, finishedBefore: null } as const;
/** There are few workers, endpoints and schemas. */
const seqScans = (nodes: string[]) =>
  nodes.filter((node) => /^Seq Scan (?!workers|ocr_endpoints|pg_namespace)/.test(node));
const ref = (taskId: string = newTaskId()) => ({ taskId, stage: 'poll' as const, generation: 1, dispatch: 1 });

describe('among thousands of tasks', () => {
  test.each<[string, (db: Db) => Promise<unknown>]>([
    ['the first page of the list', (db) => listTasks(db, { status: null, limit: 50, after: null })],
    ['a later page', (db) => listTasks(db, { status: null, limit: 50, after: newTaskId() })],
    ['the page of a common status', (db) => listTasks(db, { status: 'ocr_done', limit: 50, after: newTaskId() })],
    ['the page of a rare status', (db) => listTasks(db, { status: 'ocr_failed', limit: 50, after: newTaskId() })],
  ])('%s comes off an index, and only what is shown is sorted', async (_what, work) => {
    const nodes = await nodesOf(work);
    expect(seqScans(nodes)).toEqual([]);
    expect(nodes.filter((node) => /Sort.* many/.test(node))).toEqual([]);
    expect(nodes.some((node) => node.startsWith('Index'))).toBe(true);
  });

  test.each<[string, (db: Db) => Promise<unknown>]>([
    ['a page of the timeline', (db) => timeline(db, newTaskId(), 100, 0)],
    ['finding a task', (db) => findTask(db, newTaskId())],
    ['finding a result', (db) => findResult(db, newTaskId())],
    [
      'creating a task with a key',
      (db) => createTask(db, newTask({ idempotency: { keyName: 'k', key: randomUUID() } })),
    ],
    ['starting', (db) => start(db, newTaskId(), DAY_MS)],
    ['cancelling', (db) => cancel(db, newTaskId())],
    ['deleting', (db) => deleteTask(db, newTaskId())],
    ['retrying', (db) => retry(db, newTaskId(), DAY_MS)],
    [
      'a step of a bulk retry',
      (db) => retryBatch(db, FAILED, { after: newTaskId(), pageSize: 50, limit: 50, deadlineMs: 1 }),
    ],
    ['whether there is more to retry', (db) => anyToRetry(db, FAILED, BEFORE_ALL)],
    ['looking for stale steps', (db) => staleSteps(db, [ref(), ref()])],
    ['claiming', (db) => claim(db, ref(), randomUUID())],
    ['looking for a claim', (db) => findClaim(db, ref(), randomUUID())],
    ['giving back', (db) => releaseClaims(db, randomUUID(), null)],
    ['rescuing', (db) => rescueClaims(db, [randomUUID(), randomUUID()], 100)],
    ['looking for dead workers', (db) => deadWorkers(db)],
    ['expiring', (db) => expireDeadlines(db, 100)],
    ['taking what was unseen longest', (db) => takeLongestUnseen(db, 50)],
    ['dispatching again', (db) => redispatch(db, [ref(), ref()])],
    ['the first page of a rebuild', (db) => allUnclaimed(db, 50).next()],
    ['counting what waits', (db) => countQueued(db, 1_000)],
    ['a census', (db) => takeCensus(db, ['http://ocr.test'])],
    ['looking for orphans', (db) => orphanedImages(db, [`images/2026/11/24/${newTaskId()}.png`], DAY_MS)],
    ['deleting old tasks', (db) => deleteOldTasks(db, DAY_MS, 100)],
    ['looking for workers and what they hold', (db) => workersSeen(db)],
    ['a page of done tasks without a result', (db) => doneWithoutResult(db, 50).next()],
    ['a page of results that do not count', (db) => strayResults(db, 50).next()],
    ['a page of altered results', (db) => alteredResults(db, 50, 1_000).next()],
    ['a page of images', (db) => knownImages(db, 50).next()],
    ['whether tasks are still there', (db) => stillThere(db, [newTaskId(), newTaskId()])],
    ['looking for late tasks', (db) => overdueTasks(db, 1_000, 50)],
    ['looking for abandoned tasks', (db) => abandonedTasks(db, 50)],
    ['taking up abandoned tasks', (db) => takeUpAbandoned(db, 50)],
    ['a page of what has long been due', (db) => longDue(db, 1_000, 50).next()],
    ['having a task read again', (db) => readAgain(db, { taskId: newTaskId(), generation: 1 }, DAY_MS)],
    ['dropping results', (db) => dropStrayResults(db, [newTaskId(), newTaskId()])],
    ['looking at the endpoints', (db) => loadEndpoints(db, PLACES.urls)],
    ['admitting', (db) => admit(db, [ref(), ref()], randomUUID(), PLACES, { code: 'ocr_unavailable', message: 'no' })],
    ['admitting what waits', (db) => unpark(db, PLACES, 50)],
    ['counting what is parked', (db) => countParked(db, 1_000)],
    ['letting one through', (db) => letOneThrough(db, 'http://ocr.test', 1_000, 5)],
    ['lowering a limit', (db) => lowerLimit(db, 'http://ocr.test', 0, { attempts: 1, baseMs: 1, capMs: 1 }, () => 0)],
    ['raising a limit', (db) => raiseLimit(db, 'http://ocr.test', 1)],
    ['pruning keys', (db) => pruneIdempotencyKeys(db, DAY_MS)],
  ])('%s needs no look at all of them', async (_what, work) => {
    expect(seqScans(await nodesOf(work))).toEqual([]);
  });

  test.each<[string, (db: Db, mine: Claim) => Promise<unknown>]>([
    ['a transition', goRound],
    [
      'a transition that may repeat its event',
      (db, mine) => applyStep(db, mine, { kind: 'wait', code: 'ocr_unavailable', message: 'down', inMs: 1 }),
    ],
    [
      'one of many that may repeat their events',
      (db, mine) => saveProgress(db, mine, { cursor: 1, donePages: 1, totalPages: 2 }),
    ],
  ])('%s needs no look at all of them', async (_what, work) => {
    const mine = await table.claimed('poll');
    expect(seqScans(await nodesOf((db) => work(db, mine)))).toEqual([]);
  });
});

describe('when statistics tell of none what are thousands', () => {
  let filled: TaskTable;
  const workerId = randomUUID();

  beforeAll(async () => {
    filled = await openTaskTable();
    await filled.rows('alter table tasks set (autovacuum_enabled = off)');
    const make = (count: number, status: string, claimedBy: string | null) =>
      filled.rows(
        `insert into tasks (id, status, stage, dispatch, claimed_by, due_at, deadline_at, ocr_job_id, image_path, content_type, size_bytes, sha256, width, height)
         select id, $2, 'poll', 1, $3::uuid, case when $2 = 'ocr_processing' and $3::uuid is null then now() end,
                now() + interval '1 day', 'x', 'a/b.png', 'image/png', 1, repeat('a', 64), 1, 1 from unnest($1::uuid[]) as made(id)`,
        [Array.from({ length: count }, newTaskId), status, claimedBy],
      );
    await make(2_000, 'ocr_done', null);
    await filled.rows('analyze tasks');
    await make(2_000, 'ocr_processing', null);
    await make(2_000, 'ocr_processing', workerId);
  });
  afterAll(() => filled.drop());

  const indexesOf = async (work: (db: Db) => Promise<unknown>) => {
    const plans = await plansOf(work, filled);
    return new Set(plans.flatMap((plan) => plan['Index Name'] ?? []));
  };

  test.each<[string, (db: Db) => Promise<unknown>]>([
    ['a claim', (db) => claim(db, ref(), workerId)],
    ['a look for a claim', (db) => findClaim(db, ref(), workerId)],
    ['an admission', (db) => admit(db, [ref(), ref()], workerId, PLACES, null)],
    ['a new dispatch', (db) => redispatch(db, [ref(), ref()])],
  ])('%s does not read all that wait or are held', async (_what, work) => {
    const indexes = await indexesOf(work);
    expect(indexes).toContain('tasks_pkey');
    expect(indexes).not.toContain('tasks_unseen_since');
    expect(indexes).not.toContain('tasks_claimed');
  });

  test.each<[string, (db: Db, held: Claim) => Promise<unknown>]>([
    ['one task', goRound],
    ['many tasks', (db, held) => markOcrEnded(db, held, { cursor: 1, donePages: 1, totalPages: 1 })],
  ])('a move of %s does not read all that are held', async (_what, work) => {
    const held = await filled.claimed('poll', workerId);
    const indexes = await indexesOf((db) => work(db, held));
    expect(indexes).toContain('tasks_pkey');
    expect(indexes).not.toContain('tasks_claimed');
  });
});
