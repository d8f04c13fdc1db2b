/**
 * Bull Board: people watch the queues here, and restart tasks.
 *
 * The row is the truth and jobs only carry it around. So a retry goes through the task (see `task-queue-adapter.ts`),
 * and whatever would change jobs behind the row's back is refused here and hidden in the page.
 */
import { STAGES } from '@ocrelay/contracts';
import { type RequestHandler, type Response, Router } from 'express';
import type { ApiContext } from '../context.ts';
import { methodNotAllowed } from '../errors/catalogue.ts';
import { HIDE_ACTIONS, STYLE_PATH } from './hide-actions.ts';

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
    // Queues cannot be opened while what holds them is away, so the board is loaded and made when somebody looks at it.
    if (req.path.startsWith('/api/')) await context.queues.ping();
    const queues = await Promise.all(STAGES.map((stage) => context.backend.queue(stage)));
    const { createBoard } = await import('./board.ts');
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
