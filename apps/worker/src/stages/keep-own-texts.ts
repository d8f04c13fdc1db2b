import { type Claim, keepTextLayers } from '@ocrelay/tasks';
import { ownTextsNotRead } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { readVerified } from './stored-image.ts';
import { throughOutages } from './through-outages.ts';

/**
 * Keeps what a PDF that was read as a whole says itself, page by page. It is offered beside what was read, so a file that does not
 * give it, or is gone meanwhile, has none.
 * @throws the signal's reason
 */
export async function keepOwnTexts(context: WorkerContext, claim: Claim, signal: AbortSignal): Promise<void> {
  const { database, images, pageReader, log } = context;
  if (claim.contentType !== 'application/pdf') return;
  let texts: ReadonlyArray<string | null>;
  try {
    const load = () => readVerified(images, claim);
    texts = await pageReader.texts({ contentType: claim.contentType, load }, signal);
  } catch (error) {
    signal.throwIfAborted();
    ownTextsNotRead(log, claim, error);
    return;
  }
  await throughOutages(context, () => keepTextLayers(database.db, claim.taskId, texts), signal);
}
