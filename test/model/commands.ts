/** What can happen, each to the real system and to the specification. After every one the two must agree. */
import type { Stage } from '@ocrelay/contracts';
import fc from 'fast-check';
import { findViolations } from '../support/in-process/invariants.ts';
import type { CrashPoint } from '../support/in-process/mortal.ts';
import type { WorkerProcess } from '../support/in-process/worker-process.ts';
import type { World } from '../support/in-process/world.ts';
import { ANSWERS, type Answer, CALLS } from './answers.ts';
import { expireAll, gathered, move, split, type Tasks, uploadsOf } from './families.ts';
import { OPERATIONS, type Operation, operate, requestFor } from './operations.ts';
import {
  answered,
  claimed,
  isInProgress,
  type Limits,
  queued,
  rescued,
  type SpecifiedTask,
  UPLOADED,
} from './specification.ts';

export interface Model {
  readonly limits: Limits;
  /** In the order of their uploads. */
  readonly tasks: Tasks;
  nowMs: number;
  /** What has happened, in words. */
  readonly story: string[];
}

/** Any sequence of what can happen. Steps of workers are most of it, or no task would come far. */
export function anySequence(mostCommands: number) {
  const place = fc.nat({ max: MOST_TASKS - 1 });
  /** Of all that waits for a worker, or of all pages. */
  const any = fc.nat({ max: MOST_TASKS * MOST_PAGES - 1 });
  // The first answer of each stage is the good one, and comes as often as all others together.
  const answer = fc.oneof(fc.constant(0), fc.nat({ max: 60 }));
  const works = fc.tuple(any, answer).map(([at, which]) => work(at, which));
  const dies = fc.tuple(any, answer, fc.constantFrom(...DEATHS)).map(([at, which, death]) => die(at, which, death));
  const operations = OPERATIONS.map((name) => place.map((at) => operation(name, at)));
  const ofPages = fc
    .tuple(fc.constantFrom(...OPERATIONS, 'retry' as const, 'retry' as const), any)
    .map(([name, at]) => pageOperation(name, at));
  return fc.commands(
    [
      anyUpload(),
      ...Array.from({ length: 14 }, () => works),
      ...Array.from({ length: 3 }, () => dies),
      ...operations,
      ...Array.from({ length: 4 }, () => ofPages),
      ...Array.from({ length: 4 }, () => fc.constant(reconcile())),
      ...Array.from({ length: 2 }, () => fc.constant(pass(SOON_MS))),
      fc.constant(pass(HOURS_MS)),
      fc.constant(loseQueues()),
    ],
    { maxCommands: mostCommands, size: 'max' },
  );
}

/** Of an image, or of a document with few pages. */
export function anyUpload() {
  const pages = fc.option(fc.integer({ min: 1, max: MOST_PAGES }), { freq: 2 });
  const start = fc.oneof(fc.constant(true), fc.boolean());
  return fc.tuple(start, pages).map((of) => upload(...of));
}

const MOST_TASKS = 3;
const MOST_PAGES = 3;

type Happening = fc.AsyncCommand<Model, World>;

/** @param check whether it can happen now. */
function happening(
  name: string,
  happen: (model: Model, world: World) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Happening {
  return {
    check,
    toString: () => name,
    async run(model, world) {
      model.story.push(name);
      await happen(model, world);
      await compare(model, world);
    },
  };
}

/** Somebody uploads an image, or a document of so many pages. */
function upload(start: boolean, pages: number | null = null): Happening {
  return happening(
    `upload ${pages === null ? 'an image' : `${pages} pages`}${start ? ' and start' : ''}`,
    async (model, world) => {
      const taskId = await world.upload({ start, ...(pages === null ? {} : { pages }) });
      const counted = pages === null ? {} : { pages, openPages: 0, donePages: 0 };
      const task = { ...UPLOADED, ...counted };
      model.tasks.set(taskId, start ? queued(task, model.nowMs, model.limits) : task);
    },
    ({ tasks }) => uploadsOf(tasks).length < MOST_TASKS,
  );
}

/** What a client asks of the upload at a place. */
function operation(name: Operation, at: number): Happening {
  return asks(name, `task ${at}`, ({ tasks }) => uploadsOf(tasks)[at]?.[0]);
}

/** What a client asks of a page; what may try it again, of one that has not been read, as long as there is such a one. */
function pageOperation(name: Operation, at: number): Happening {
  return asks(name, `page ${at}`, ({ tasks }) => {
    const pages = [...tasks].filter(([, { parentId }]) => parentId !== null);
    const unread = pages.filter(([, { status }]) => status === 'ocr_failed' || status === 'cancelled');
    const some = (name === 'retry' || name === 'start') && unread.length > 0 ? unread : pages;
    return some[at % some.length]?.[0];
  });
}

function asks(name: Operation, whom: string, find: (model: Readonly<Model>) => string | undefined): Happening {
  return happening(
    `${name} ${whom}`,
    async (model, world) => {
      const taskId = find(model) ?? '';
      const was = model.tasks.get(taskId)?.status;
      const { method, path } = requestFor(name, taskId);
      const { status } = await world.api.request(method, path);
      const expected = operate(name, taskId, model);
      if (expected !== null && status !== expected)
        throw new Error(`${name} of a task that is ${was}: ${status}, not ${expected}`);
    },
    (model) => find(model) !== undefined,
  );
}

/** A worker takes a job of a stage in which there is work, and the service answers. The job may be another task's, or none. */
function work(at: number, which: number): Happening {
  return happening(
    `work ${at} ${which}`,
    async (model, world) => {
      const { stage, answer } = pick(model, at, which);
      const worker = await world.livingWorker();
      const taskId = await answering(world, stage, answer, () => takenBy(world, worker, () => worker.work(stage)));
      if (taskId !== null) await step(model, world, taskId, stage, answer);
    },
    (model) => stagesWithWork(model).length > 0,
  );
}

function stagesWithWork({ tasks }: Readonly<Model>): Stage[] {
  return [...tasks.values()].flatMap((task) => (task.stage !== null && isFree(task) ? [task.stage] : []));
}

/** It waits for a worker, and not for its pages. */
function isFree(task: SpecifiedTask): boolean {
  return isInProgress(task) && !task.isHeld && (task.openPages ?? 0) === 0;
}

function pick(model: Model, at: number, which: number): { readonly stage: Stage; readonly answer: Answer } {
  const stages = stagesWithWork(model);
  const stage = stages[at % stages.length] ?? 'submit';
  return { stage, answer: ANSWERS[stage][which % ANSWERS[stage].length] as Answer };
}

/** Where a worker dies in a stage, and how far the task is then. */
const DEATHS = [
  { name: 'before its claim', at: { effect: /fetch$/, moment: 'after' }, gets: 'nothing' },
  { name: 'after its claim', at: { effect: /^statement update tasks/, moment: 'after' }, gets: 'claim' },
  { name: 'after the answer', at: { effect: /^(OCR|page render)/, moment: 'after' }, gets: 'claim' },
  { name: 'after its move', at: { effect: /^queue \w+ (add|complete|fail)$/, moment: 'before' }, gets: 'move' },
] as const satisfies ReadonlyArray<{ name: string; at: CrashPoint; gets: string }>;

/** As `work`, but the worker dies in the middle of it. */
function die(at: number, which: number, death: (typeof DEATHS)[number]): Happening {
  return happening(
    `work ${at} ${which}, and the worker dies ${death.name}`,
    async (model, world) => {
      const { stage, answer } = pick(model, at, which);
      const worker = await world.startWorker(death.at);
      let hasDied = false;
      const taskId = await answering(world, stage, answer, () =>
        takenBy(world, worker, async () => {
          const working = worker.work(stage);
          working.catch(() => {}); // the dead are told so at the end
          await Promise.race([working, worker.mortal.died]);
          hasDied = worker.mortal.isDead;
          await world.bury(worker);
        }),
      );
      if (taskId === null) return;
      // Nobody is asked for a document: its worker comes to the end, and dies then.
      if (death.gets === 'move' || !hasDied) await step(model, world, taskId, stage, answer);
      else model.tasks.set(taskId, claimed(taskOf(model, taskId, stage)));
    },
    (model) => stagesWithWork(model).length > 0,
  );
}

/** A claim and what the answer makes of it. */
async function step(model: Model, world: World, taskId: string, stage: Stage, { name, means }: Answer): Promise<void> {
  const task = claimed(taskOf(model, taskId, stage));
  model.tasks.set(taskId, task);
  if (task.pages === null) move(model.tasks, taskId, answered(task, means, model.nowMs, model.limits));
  else if (stage === 'split') split(model.tasks, taskId, await world.pagesOf(taskId));
  else gathered(model.tasks, taskId);
  const next = model.tasks.get(taskId);
  model.story.push(`  ${stage} of ${taskId} was answered: ${name}; it is ${next?.status}, ${next?.stage}`);
}

/** What a worker claims must be there to be claimed. */
function taskOf(model: Model, taskId: string, stage: Stage): SpecifiedTask {
  const task = model.tasks.get(taskId);
  if (task === undefined || !isFree(task) || task.stage !== stage)
    throw new Error(`a worker claimed a task for ${stage} that is ${JSON.stringify(task)}`);
  return task;
}

/** The task that the worker claims meanwhile; null when it claims none. */
async function takenBy(world: World, worker: WorkerProcess, meanwhile: () => Promise<unknown>): Promise<string | null> {
  const { rows: before } = await world.sql.query('select coalesce(max(at), 0) as at from task_history');
  await meanwhile();
  const { rows } = await world.sql.query(
    `select distinct task_id from task_history where at > $1 and version->>'claimed_by' = $2`,
    [before[0].at, worker.id],
  );
  return rows[0]?.task_id ?? null;
}

async function answering<T>(world: World, stage: Stage, { does, times }: Answer, during: () => Promise<T>): Promise<T> {
  if (does === 'unreachable') await world.ocr.kill();
  else if (does?.kind === 'page') world.pictures.script(() => does.is);
  else if (does?.kind === 'store refuses') world.refuseImages(1);
  else if (does !== null)
    world.ocr.script({ faults: [{ call: CALLS[stage], does, ...(times === undefined ? {} : { times }) }] });
  try {
    return await during();
  } finally {
    if (does === 'unreachable') await world.ocr.revive();
    world.ocr.script({ faults: [] });
    world.pictures.script(() => null);
    world.refuseImages(0);
  }
}

/** More than a reconciler's grace and the pauses of retries. */
const SOON_MS = 3_000;
/** Some of them pass a deadline; never to the second, so that the time that the test takes does not matter. */
const HOURS_MS = 13 * 3_600_000;

function pass(ms: number): Happening {
  return happening(`${ms} ms pass`, async (model, world) => {
    await world.pass(ms);
    model.nowMs += ms;
  });
}

/** A living worker takes over what the dead hold, and has a round of its reconciler. */
function reconcile(): Happening {
  return happening('reconcile', async (model, world) => {
    const worker = await world.livingWorker();
    await worker.rescue();
    await worker.reconcile();
    await worker.look();
    for (const [taskId, task] of model.tasks) model.tasks.set(taskId, rescued(task));
    expireAll(model.tasks, model.nowMs);
  });
}

function loseQueues(): Happening {
  return happening('the queues lose their data', (_model, world) => world.loseQueues());
}

/** @throws Error that says where the rows are not as specified, or which invariant does not hold. */
async function compare(model: Model, world: World): Promise<void> {
  const { rows } = await world.sql.query('select * from tasks');
  const differences: string[] = [];
  if (rows.length !== model.tasks.size) differences.push(`${rows.length} tasks instead of ${model.tasks.size}`);
  for (const [taskId, task] of model.tasks) {
    const row = rows.find(({ id }) => id === taskId);
    if (row === undefined) {
      differences.push(`task ${taskId} is gone`);
      continue;
    }
    const { deadlineAtMs, submittedAtMs, ...specified } = task;
    const isDocument = row.open_pages !== null;
    const real = {
      parentId: row.parent_id,
      pages: isDocument ? row.total_pages : null,
      donePages: isDocument ? row.done_pages : null,
      openPages: row.open_pages,
      status: row.status,
      stage: row.stage,
      generation: row.generation,
      attempt: row.attempt,
      waits: row.waits,
      resubmits: row.resubmits,
      submissions: row.submissions,
      crashes: row.crashes,
      isHeld: row.claimed_by !== null,
      hasOcrJob: row.ocr_job_id !== null,
      isMissing: row.missing_since !== null,
      errorCode: row.error_code,
    } satisfies typeof specified;
    for (const [field, value] of Object.entries(specified)) {
      const is = real[field as keyof typeof real];
      if (is !== value) differences.push(`${field} of task ${taskId} is ${is}, and specified is ${value}`);
    }
  }
  differences.push(...(await findViolations(world)));
  if (differences.length > 0) throw new Error(differences.join('\n'));
}
