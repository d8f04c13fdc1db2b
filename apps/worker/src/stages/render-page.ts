import { createHash } from 'node:crypto';
import { DocumentCorrupt, DocumentEncrypted, PageTooLarge, PageUnreadable } from '@ocrelay/pages';
import { type Claim, type Fault, markRendered, type RenderedPage, type Task } from '@ocrelay/tasks';
import { claimLost, pageRendered } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { settle } from './settle.ts';
import { STALE } from './stage.ts';
import { faultOfImage, readVerified } from './stored-image.ts';
import { throughOutages } from './through-outages.ts';

/** Workers that may die while they render one page: from then on it is the page that they die of. */
const MOST_CRASHES = 3;

/**
 * Makes the picture of a page, stores it, and sends the page on as an image.
 * @param document that it is a page of.
 */
export async function renderPage(
  context: WorkerContext,
  claim: Claim,
  document: Task,
  signal: AbortSignal,
): Promise<string> {
  const { database, images } = context;
  if (claim.crashes >= MOST_CRASHES) return settle(context, claim, KILLS_WORKERS, signal);
  let page: RenderedPage;
  try {
    page = await render(context, claim, document, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const fault = faultOfPage(error) ?? (await faultOfImage(images, error));
    if (fault === null) throw error;
    return settle(context, claim, fault, signal);
  }
  const next = await throughOutages(context, () => markRendered(database.db, claim, page));
  if (next === null) {
    claimLost(context, claim);
    return STALE;
  }
  pageRendered(context, claim, page.width, page.height, Math.round(performance.now() - claim.claimedAtMs));
  await context.dispatch(next);
  return `rendered with ${page.width} × ${page.height} pixels`;
}

/** The picture is durable before the row tells of it. Whoever renders the page again puts his in its place. */
async function render(
  { images, pageReader, config }: WorkerContext,
  claim: Claim,
  document: Task,
  signal: AbortSignal,
): Promise<RenderedPage> {
  const source = {
    key: document.id,
    contentType: document.contentType === 'application/pdf' ? 'application/pdf' : 'image/tiff',
    load: () => readVerified(images, document),
  } as const;
  const options = { dpi: config.renderDpi, maxPixels: config.maxImagePixels };
  const { png, width, height, text } = await pageReader.render(source, claim.page ?? 1, options, signal);
  const pending = await images.create();
  try {
    await pending.write(png);
    await pending.commit(claim.imagePath);
  } catch (error) {
    await pending.discard();
    throw error;
  }
  const sha256 = createHash('sha256').update(png).digest('hex');
  return { sizeBytes: png.byteLength, sha256, width, height, text };
}

/** What an error of a page asks of its task; null when it is not the page's. */
function faultOfPage(error: unknown): Fault | null {
  const giveUp = (code: Fault['code']) => ({ reaction: 'give_up', code, message: (error as Error).message }) as const;
  if (error instanceof PageTooLarge) return giveUp('image_too_many_pixels');
  if (error instanceof PageUnreadable) return giveUp('image_corrupt');
  if (error instanceof DocumentEncrypted) return giveUp('document_encrypted');
  return error instanceof DocumentCorrupt ? giveUp('document_corrupt') : null;
}

const KILLS_WORKERS: Fault = {
  reaction: 'give_up',
  code: 'worker_crashed',
  message: `${MOST_CRASHES} workers died while they made the picture of this page.`,
};
