/**
 * A server of the jobs protocol that does wrong what it is told to: for tests, which script it, and for the bench, where
 * it costs as little as it can.
 *
 * It holds jobs in memory. A job ends by a timer, or when a test says so, and a poll is held until then.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { freePort } from '@ocrelay/stack';
import { PATIENCE_MS } from '../wait-for.ts';
import { eventsOf, resultOf } from './job-answers.ts';
import type { JobPlan } from './job-plan.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { comesBefore, type Good, misbehave, respond } from './misbehave.ts';
import { type FakeCall, type Fault, NO_PLAN, type Plan, type Subject } from './plan.ts';
import { drain, readUpload, type Upload } from './read-upload.ts';
import { emptyStats, type FakeJob, type Stats } from './stats.ts';

export type { JobPlan } from './job-plan.ts';
export { type FakeCall, type Fault, type Misbehaviour, OFFERS_CANCEL } from './plan.ts';

export interface FakeOcr {
  readonly url: string;
  readonly port: number;
  readonly stats: Stats;
  /** Replaces the parts of the plan that are given. */
  script(plan: Partial<Plan>): void;
  /** Ends a job that would run longer. */
  end(job: FakeJob): void;
  /** Forgets jobs, as a service that restarts; all of them without ids. */
  forget(ids?: readonly string[]): void;
  /**
   * Resolves as soon as the condition holds; looks whenever something happens.
   * @throws Error that says what was waited for and what was last seen, when it does not come.
   */
  waitFor(condition: (stats: Stats) => boolean): Promise<void>;
  /** Stops listening and cuts all connections; jobs are kept. */
  kill(): Promise<void>;
  /** Listens again, on the same port. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

export interface FakeOcrOptions {
  /** By default one that stays free while the server is killed; 0: any. */
  readonly port?: number;
  readonly plan?: Partial<Plan>;
  /** Bodies of submits are drained unread: no name and no hash of the file, and little work. */
  readonly cheap?: boolean;
  readonly observer?: FakeOcrObserver;
}

/** Is told what the server does before anybody outside can know of it: a record that outlives a kill of its process. */
export interface FakeOcrObserver {
  /** A job was made of a file: it has been read. */
  read(job: FakeJob): void;
  /** The good result of a job, about to be sent, or told and not sent. */
  result(job: FakeJob, body: string | Buffer): void;
}

export async function startFakeOcr(options: FakeOcrOptions = {}): Promise<FakeOcr> {
  const stats = emptyStats();
  const conditions = new Set<() => void>();
  const changed = () => {
    for (const look of [...conditions]) look();
  };
  const jobs = createJobs(stats, changed);
  let plan: Plan = { ...NO_PLAN, ...options.plan };
  const hits = new Map<Fault, number>();

  /** The fault that hits this call, if any, used once more. */
  const faultFor = (subject: Subject): Fault | null => {
    for (const fault of plan.faults) {
      const used = hits.get(fault) ?? 0;
      if (fault.call !== subject.call || used >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
      if (fault.when !== undefined && !fault.when(subject)) continue;
      hits.set(fault, used + 1);
      return fault;
    }
    return null;
  };

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const request = parse(req, 'extensions' in plan.health);
    if (request === null) {
      stats.strange += 1;
      changed();
      return respond(res, says(404, 'no such route'));
    }
    res.on('close', () => {
      if (!res.writableFinished) stats.abandoned += 1;
      changed();
    });
    stats[COUNTER[request.call]] += 1;
    changed();
    if (plan.token !== null && req.headers.authorization !== `Bearer ${plan.token}`) {
      req.resume();
      return respond(res, says(401, 'bad token'));
    }
    const upload = request.call === 'submit' ? await takeUpload(req, res, options.cheap === true) : null;
    if (upload === 'broken') return void req.socket.destroy();
    const job = stats.jobs.get(request.jobId) ?? null;
    const subject: Subject = {
      call: request.call,
      job,
      filename: upload?.filename ?? job?.filename ?? null,
      sha256: upload?.sha256 ?? job?.sha256 ?? null,
    };
    const does = faultFor(subject)?.does ?? null;
    if (does !== null && comesBefore(does)) return misbehave(does, req, res, NOTHING);
    const answer = (good: Good) => (does === null ? respond(res, good) : misbehave(does, req, res, good));

    if (request.call === 'health') return answer({ status: 200, body: JSON.stringify(plan.health) });
    if (request.call === 'submit') return answer(submit(jobs, plan, subject, upload, options.observer));
    if (job === null) return answer(says(404, 'job not found'));
    if (request.call === 'cancel') {
      jobs.forget([job.id]);
      return answer({ status: 204, body: '' });
    }
    if (request.call === 'result') {
      if (!job.done) return answer(says(409, 'not done'));
      const body = resultOf(job);
      options.observer?.result(job, body);
      return answer({ status: 200, body });
    }
    holdPoll(jobs, stats, job, request, res, answer, changed);
  };

  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    serve(req, res).catch((error: unknown) => {
      process.stderr.write(`the fake OCR server: ${String(error)}\n`);
      req.socket.destroy();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await listen(server, options.port ?? (await freePort()));
  const { port } = server.address() as AddressInfo;
  const cut = async (end: (socket: Socket) => void) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) end(socket);
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stats,
    script(change) {
      plan = { ...plan, ...change };
    },
    end: jobs.end,
    forget: jobs.forget,
    waitFor: (condition) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!condition(stats)) return;
          clearTimeout(patience);
          conditions.delete(look);
          resolve();
        };
        const patience = setTimeout(() => {
          conditions.delete(look);
          const seen = JSON.stringify({ ...stats, jobs: stats.jobs.size, reads: stats.reads.size });
          reject(new Error(`waited in vain for the OCR service to see ${condition}\n${seen}`));
        }, PATIENCE_MS).unref();
        conditions.add(look);
        look();
      }),
    // A reset that fails, since the peer has died before, leaves a handle that is never closed and never rests.
    kill: () => cut((socket) => void (socket.readableEnded ? socket.destroy() : socket.resetAndDestroy())),
    revive: () => listen(server, port),
    async close() {
      jobs.close();
      await cut((socket) => socket.destroy());
    },
  };
}

const COUNTER = { health: 'healths', submit: 'submits', poll: 'polls', result: 'results', cancel: 'cancels' } as const;
const NOTHING: Good = { status: 200, body: '' };
const LONGEST_POLL_MS = 60_000;

interface Request {
  readonly call: FakeCall;
  /** Empty when the call is not about one. */
  readonly jobId: string;
  readonly sinceSeq: number;
  readonly timeoutMs: number;
}

function parse(req: IncomingMessage, offersCancel: boolean): Request | null {
  const [path = '', query = ''] = (req.url ?? '').split('?');
  const about = (call: FakeCall, jobId = ''): Request => ({ call, jobId, sinceSeq: 0, timeoutMs: 0 });
  if (req.method === 'DELETE') {
    return offersCancel && path.startsWith('/jobs/') ? about('cancel', path.slice('/jobs/'.length)) : null;
  }
  if (req.method === 'POST') return path === '/jobs-from-uploading' ? about('submit') : null;
  if (path === '/health') return about('health');
  if (path.startsWith('/result/json/jobs/')) return about('result', path.slice('/result/json/jobs/'.length));
  if (!path.startsWith('/longpoll/jobs/')) return null;
  const asked = new URLSearchParams(query);
  return {
    ...about('poll', path.slice('/longpoll/jobs/'.length)),
    sinceSeq: Number(asked.get('since_seq') ?? 0),
    timeoutMs: Math.min(Number(asked.get('timeout_ms') ?? 0), LONGEST_POLL_MS),
  };
}

async function takeUpload(
  req: IncomingMessage,
  res: ServerResponse,
  cheap: boolean,
): Promise<Upload | 'broken' | null> {
  if (!cheap) {
    const upload = await readUpload(req, res);
    return upload === null && !req.complete ? 'broken' : upload;
  }
  return (await drain(req)) ? null : 'broken';
}

function submit(
  jobs: Jobs,
  plan: Plan,
  subject: Subject,
  upload: Upload | null,
  observer: FakeOcrObserver | undefined,
): Good {
  const planned: Partial<JobPlan> = typeof plan.job === 'function' ? plan.job(subject) : plan.job;
  const file = upload ?? { filename: null, contentType: null, sha256: null, sizeBytes: 0 };
  const job = jobs.create(file, planned);
  observer?.read(job);
  return { status: plan.submitStatus, body: JSON.stringify({ job_id: job.id, status: 'queued' }) };
}

/** Answers when there is news after `sinceSeq`, or the job has ended, or the time is up. */
function holdPoll(
  jobs: Jobs,
  stats: Stats,
  job: FakeJob,
  { sinceSeq, timeoutMs }: Request,
  res: ServerResponse,
  answer: (good: Good) => void,
  changed: () => void,
): void {
  const tell = () => {
    if (!stats.jobs.has(job.id)) {
      answer(says(404, 'job not found'));
      return;
    }
    const events = eventsOf(job).filter(({ seq }) => seq > sinceSeq);
    const last_seq = Math.max(sinceSeq, ...events.map(({ seq }) => seq));
    answer({ status: 200, body: JSON.stringify({ events, last_seq, done: job.done }) });
  };
  if (job.done || eventsOf(job).some(({ seq }) => seq > sinceSeq)) {
    tell();
    return;
  }
  stats.openPolls += 1;
  let open = true;
  const leave = () => {
    if (open) stats.openPolls -= 1;
    open = false;
  };
  const stop = jobs.whenEnded(job, timeoutMs, () => {
    leave();
    tell();
  });
  res.on('close', () => {
    stop();
    leave();
    changed();
  });
  changed();
}

function says(status: number, detail: string): Good {
  return { status, body: JSON.stringify({ detail }) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
