/** Brings a document to where a scenario finds it, by a worker that lives, and says how it may end. */
import type { ErrorCode, Stage, Status } from '@ocrelay/contracts';
import type { World } from '../support/in-process/world.ts';
import { endsAs, type Scenario } from './scenario.ts';

/** A living worker does these steps, one after the other. @throws Error when there is no job for one */
export async function work(world: World, ...stages: readonly Stage[]): Promise<void> {
  const worker = await world.livingWorker();
  for (const stage of stages) if (!(await worker.work(stage))) throw new Error(`there is nothing to ${stage}`);
}

/** A document of two pages, started, and worked on so far. Gives its task. */
export async function document(world: World, ...done: readonly Stage[]): Promise<string> {
  const taskId = await world.upload({ start: true, pages: 2 });
  await work(world, ...done);
  return taskId;
}

/** Both pages are tasks of their own. */
export const SPLIT: readonly Stage[] = ['split'];
/** Both have pictures. */
export const RENDERED: readonly Stage[] = [...SPLIT, 'split', 'split'];
/** One is done, and the other has a picture. */
export const ONE_READ: readonly Stage[] = [...RENDERED, 'submit', 'poll', 'store'];
/** One is done, and the other was read by the service. */
export const LAST_TO_STORE: readonly Stage[] = [...ONE_READ, 'submit', 'poll'];
/** The document is to be stored. */
export const ALL_READ: readonly Stage[] = [...LAST_TO_STORE, 'store'];
/** The document is done. */
export const STORED: readonly Stage[] = [...ALL_READ, 'store'];

/** Nothing can be rendered of these pages. */
export function illegible(world: World, ...pages: readonly number[]): void {
  world.pictures.script((page) => (pages.includes(page) ? 'unreadable' : null));
}

type End = Status | ErrorCode;

/** The document ends like that, and so do its pages. */
export function endsWithPages(end: End, ...pages: readonly End[]): Scenario['ends'] {
  return async (world, taskId) => {
    const wrong = await endsAs(end)(world, taskId);
    if (wrong !== null) return wrong;
    const all = await world.pagesOf(taskId);
    if (all.length !== pages.length) return `there are ${all.length} pages`;
    for (const [at, page] of all.entries()) {
      const wrongPage = await endsAs(pages[at] as End)(world, page);
      if (wrongPage !== null) return `of page ${at + 1}, ${wrongPage}`;
    }
    return null;
  };
}
