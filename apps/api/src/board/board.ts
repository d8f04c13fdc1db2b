import { createBullBoard } from '@bull-board/api';
import { STAGES } from '@ocrelay/contracts';
import type { Queue } from 'bullmq';
import type { RequestHandler } from 'express';
import type { ApiContext } from '../context.ts';
import { BoardAdapter } from './board-adapter.ts';
import { taskQueueAdapter } from './task-queue-adapter.ts';

/** Where the board is served. */
const BASE = '/admin/queues';

/**
 * Bull Board with the queues of all stages. `board-router.ts` loads it with all that it takes, a tenth of the API, when somebody
 * looks at it.
 * @param queues in the order of the stages
 */
export function createBoard(context: ApiContext, queues: readonly Queue[]): RequestHandler {
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
