/**
 * Bull Board: people watch the queues here, and restart tasks.
 *
 * The row is the truth and jobs only carry it around. So a retry goes through the task (see `task-queue-adapter.ts`),
 * and whatever would change jobs behind the row's back is refused here and hidden in the page.
 */
import { createBullBoard } from '@bull-board/api';
import { STAGES } from '@ocrelay/contracts';
import type { Queue } from 'bullmq';
import { type RequestHandler, type Response, Router } from 'express';
import type { ApiContext } from '../context.ts';
import { methodNotAllowed } from '../errors/catalogue.ts';
import { BoardAdapter, STYLE_PATH } from './board-adapter.ts';
import { HIDE_ACTIONS } from './hide-actions.ts';
import { taskQueueAdapter } from './task-queue-adapter.ts';

const BASE = '/admin/queues';
/** The two things that a person may do: restart the task of one job, and of all failed jobs. */
const RETRIES = [/^\/api\/queues\/[^/]+\/retry\/failed$/, /^\/api\/queues\/[^/]+\/[^/]+\/retry$/];

export function boardRouter(context: ApiContext): Router {
  let board: RequestHandler | null = null;
  const router = Router();
  router.use((req, _res, next) => {
    const isRetry = req.method === 'PUT' && RETRIES.some((path) => path.test(req.path));
    if (req.method !== 'GET' && req.method !== 'HEAD' && !isRetry) throw methodNotAllowed(req.method, ['GET', 'HEAD']);
    next();
  });
  router.get(STYLE_PATH, (_req, res) => void res.type('css').send(HIDE_ACTIONS));
  router.use(async (req, res, next) => {
    // Queues cannot be opened while what holds them is away, so the board is made when somebody looks at it.
    if (req.path.startsWith('/api/')) await context.queues.ping();
    const queues = await Promise.all(STAGES.map((stage) => context.backend.queue(stage)));
    board ??= createBoard(context, queues);
    answerInEnvelope(res);
    board(req, res, next);
  });
  return router;
}

/** Bull Board's own refusals say only `error.key`, which its page shows; the envelope is put around it. */
function answerInEnvelope(res: Response): void {
  const json = res.json.bind(res);
  res.json = (body: { success?: unknown; error?: { key?: string } } | undefined) => {
    if (res.statusCode < 400 || body?.success !== undefined) return json(body);
    const code = res.statusCode === 404 ? 'job_not_found' : 'invalid_request';
    const message = `Bull Board refuses this: ${body?.error?.key ?? 'no reason given'}`;
    return json({ success: false, message, data: null, error: { code, details: null, ...body?.error } });
  };
}

function createBoard(context: ApiContext, queues: readonly Queue[]): RequestHandler {
  const adapters = STAGES.flatMap((stage, at) => {
    const queue = queues[at];
    return queue === undefined ? [] : [taskQueueAdapter(queue, stage, context)];
  });
  const serverAdapter = new BoardAdapter(context.log).setBasePath(BASE);
  createBullBoard({
    queues: adapters,
    // Its optional fields are typed a little looser than this project's settings allow.
    serverAdapter: serverAdapter as unknown as Parameters<typeof createBullBoard>[0]['serverAdapter'],
    options: { uiConfig: { boardTitle: 'Ocrelay queues', hideDocsLink: true, locale: { lng: 'en-US' } } },
  });
  return serverAdapter.getRouter() as RequestHandler;
}
