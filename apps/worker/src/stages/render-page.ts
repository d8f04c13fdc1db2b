import { createHash } from 'node:crypto';
import type { Answer } from '@ocrelay/ocr';
import { DocumentCorrupt, DocumentEncrypted, PageTooLarge, PageUnreadable, type ReadPage } from '@ocrelay/pages';
import type { ImageStore } from '@ocrelay/storage';
import { type Claim, type Fault, markRendered, type RenderedPage, type Task } from '@ocrelay/tasks';
import { claimLost, loneProcessDied, pageRendered, worksAlone } from '@ocrelay/telemetry';
import type { WorkerContext } from '../context.ts';
import { settle } from './settle.ts';
import { STALE } from './stage.ts';
import { faultOfImage, readVerified } from './stored-image.ts';
import { throughOutages } from './through-outages.ts';

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
  let page: RenderedPage;
  try {
    const answer = await render(context, claim, document, signal);
    if (!answer.ok) return settle(context, claim, answer.fault, signal);
    page = await store(images, claim, answer.value);
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

/** A page that a worker was making a picture of when it died is rendered by a process of its own. */
async function render(
  { images, pageReader, loneRenderer, config, log }: WorkerContext,
  claim: Claim,
  document: Task,
  signal: AbortSignal,
): Promise<Answer<ReadPage>> {
  const source = {
    key: document.id,
    contentType: document.contentType === 'application/pdf' ? 'application/pdf' : 'image/tiff',
    load: () => readVerified(images, document),
  } as const;
  const page = claim.page ?? 1;
  const options = { dpi: config.renderDpi, maxPixels: config.maxImagePixels };
  if (claim.crashes === 0) return { ok: true, value: await pageReader.render(source, page, options, signal) };
  return loneRenderer.render(source, { page, options }, signal, {
    started: (pid) => worksAlone(log, claim, pid),
    died: (lastWords) => loneProcessDied(log, claim, lastWords),
  });
}

/** The picture is durable before the row tells of it. Whoever renders the page again puts his in its place. */
async function store(images: ImageStore, claim: Claim, page: ReadPage): Promise<RenderedPage> {
  const { png, width, height, text } = page;
  const pending = images.create();
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
