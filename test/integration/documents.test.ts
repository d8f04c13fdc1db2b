import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { makePdf, type TestPage } from '../support/make-pdf.ts';
import { makeTiff } from '../support/make-tiff.ts';
import { BACKENDS, startOcrelay, type TestOcrelay } from '../support/ocrelay.ts';
import { waitFor } from '../support/wait-for.ts';

/** Quick to draw, and small: a letter page has 612 × 792 pixels. */
const ENV = { RENDER_DPI: '72', MAX_IMAGE_PIXELS: '1000000', SPLIT_BACKOFF_MS: '20' };
const REFUSED = { kind: 'status', status: 422 } as const;

const pdf = async (pages: readonly TestPage[]) => Buffer.from(await makePdf(pages));
const pagesNamed = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ text: `Page ${at + 1} of ${count}` }));

interface PageView {
  readonly page: number;
  readonly task_id: string;
  readonly status: string;
  readonly error_code: string | null;
}

describe.each(BACKENDS)('documents, queues on %s', (backend) => {
  let ocrelay: TestOcrelay;
  beforeAll(async () => {
    ocrelay = await startOcrelay(backend, ENV);
  });
  afterEach(() => ocrelay.ocr.script({ faults: [], job: {} }));
  afterAll(() => ocrelay.stop());

  let hasTwoWorkers = false;
  const noWorkers = async () => {
    await ocrelay.reset();
    hasTwoWorkers = false;
  };
  /** Two workers, and no others: those of the test before, if it had them. */
  const twoWorkers = async () => {
    if (hasTwoWorkers) return;
    await noWorkers();
    await Promise.all([ocrelay.startWorker(), ocrelay.startWorker()]);
    hasTwoWorkers = true;
  };

  const pagesOf = async (id: string) => {
    const { data } = (await (await ocrelay.request(`/api/v1/tasks/${id}/pages`)).json()) as {
      data: { pages: PageView[] };
    };
    return data.pages;
  };
  const textOf = async (id: string) => (await ocrelay.request(`/api/v1/tasks/${id}/text`)).text();

  test('a PDF is read page by page, each page once, in whatever order, and is one task with one result', async () => {
    await twoWorkers();
    const id = await ocrelay.upload({ image: await pdf(pagesNamed(5)) });
    const task = await ocrelay.reaches(id, 'ocr_done', 'ocr_failed');
    expect(task).toMatchObject({ status: 'ocr_done', progress: { done_pages: 5, total_pages: 5 }, ocr_job_id: null });
    const pages = await Promise.all((await pagesOf(id)).map(({ task_id }) => ocrelay.task(task_id)));
    expect(pages.map(({ page }) => page)).toEqual([1, 2, 3, 4, 5]);
    // The fake service names in its text what it was sent.
    const texts = (await textOf(id)).split('\f');
    expect(texts).toHaveLength(5);
    for (const [at, page] of pages.entries()) {
      expect(texts[at]).toContain(page.sha256);
      expect(ocrelay.ocr.stats.reads.get(page.sha256)).toBe(1);
      expect(page).toMatchObject({ content_type: 'image/png', width: 612, height: 792, submissions: 1 });
    }
    expect(new Set(pages.map(({ sha256 }) => sha256)).size).toBe(5);
    const document = (await (await ocrelay.request(`/api/v1/tasks/${id}/export`)).json()) as {
      pages: Array<{ text_layer?: string }>;
    };
    expect(document.pages.map(({ text_layer }) => text_layer?.trim())).toEqual(pagesNamed(5).map(({ text }) => text));
    const types = (await ocrelay.events(id)).map(({ type }) => type);
    expect(types).toEqual(['uploaded', 'queued', 'split', 'done']);
  });

  test('a TIFF of several pages is read like that, too', async () => {
    await twoWorkers();
    const colours = ['#ff0000', '#00ff00', '#0000ff'];
    const id = await ocrelay.upload({ image: await makeTiff(colours.map((color) => ({ color }))) });
    expect(await ocrelay.reaches(id, 'ocr_done', 'ocr_failed')).toMatchObject({
      status: 'ocr_done',
      content_type: 'image/tiff',
      progress: { done_pages: 3, total_pages: 3 },
    });
    expect((await textOf(id)).split('\f')).toHaveLength(3);
  });

  test('a page that is too large fails alone', async () => {
    await twoWorkers();
    const id = await ocrelay.upload({ image: await pdf([{ text: 'small' }, { width: 2000, height: 2000 }]) });
    expect(await ocrelay.reaches(id, 'ocr_done', 'ocr_failed')).toMatchObject({
      status: 'ocr_done',
      progress: { done_pages: 1, total_pages: 2 },
    });
    expect((await pagesOf(id))[1]).toMatchObject({ status: 'ocr_failed', error_code: 'image_too_many_pixels' });
  });

  test('a page that the service refuses leaves the document done, and can be tried again alone', async () => {
    await twoWorkers();
    ocrelay.ocr.script({ faults: [{ call: 'submit', does: REFUSED, times: 1 }] });
    const id = await ocrelay.upload({ image: await pdf(pagesNamed(3)) });
    await ocrelay.reaches(id, 'ocr_done', 'ocr_failed');
    const [failed] = (await pagesOf(id)).filter(({ status }) => status === 'ocr_failed');
    expect(failed).toMatchObject({ error_code: 'ocr_rejected' });
    const submits = ocrelay.ocr.stats.jobs.size;
    const retry = `/api/v1/tasks/${id}/pages/${failed?.page}/retry`;
    expect((await ocrelay.request(retry, { method: 'POST' })).status).toBe(200);
    const whole = () => ocrelay.task(id).then((task) => task.status === 'ocr_done' && task.progress?.done_pages === 3);
    await waitFor('the document to be whole', whole);
    expect(ocrelay.ocr.stats.jobs.size).toBe(submits + 1);
    expect((await textOf(id)).split('\f').filter((text) => text.trim() === '')).toEqual([]);
  });

  test('a document fails when none of its pages can be read', async () => {
    await twoWorkers();
    ocrelay.ocr.script({ faults: [{ call: 'submit', does: REFUSED }] });
    const id = await ocrelay.upload({ image: await pdf(pagesNamed(2)) });
    const task = await ocrelay.reaches(id, 'ocr_done', 'ocr_failed');
    expect(task).toMatchObject({ status: 'ocr_failed', error_code: 'ocr_rejected' });
    expect(task.error_message).toMatch(/^None of the 2 pages could be read\. Page 1: /);
  });

  test('a cancel ends all that is under way for it', async () => {
    await twoWorkers();
    ocrelay.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
    const polls = ocrelay.ocr.stats.openPolls;
    const id = await ocrelay.upload({ image: await pdf(pagesNamed(3)) });
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === polls + 3);
    await ocrelay.request(`/api/v1/tasks/${id}/cancel`, { method: 'POST' });
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === polls);
    expect((await pagesOf(id)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  test('loses no page when all workers are killed, and the queue loses its data', async () => {
    await noWorkers();
    const worker = await ocrelay.startWorker();
    const id = await ocrelay.upload({ image: await pdf(pagesNamed(12)) });
    await ocrelay.ocr.waitFor((stats) => stats.submits >= 3);
    worker.kill('SIGKILL');
    await ocrelay.loseQueue();
    await ocrelay.startWorker();
    expect(await ocrelay.reaches(id, 'ocr_done', 'ocr_failed')).toMatchObject({
      status: 'ocr_done',
      progress: { done_pages: 12, total_pages: 12 },
    });
  });

  test('its pages wait behind images that were uploaded by themselves', async () => {
    await noWorkers();
    await ocrelay.startWorker({ WORKER_STAGES: 'split' });
    const id = await ocrelay.upload({ image: await pdf(pagesNamed(4)) });
    const rendered = `select from tasks where parent_id = $1 and stage = 'submit'`;
    await waitFor('the pages to be rendered', async () => (await ocrelay.sql.query(rendered, [id])).rowCount === 4);
    const image = await ocrelay.task(await ocrelay.upload());
    await ocrelay.startWorker({ WORKER_STAGES: 'submit', SUBMIT_CONCURRENCY: '1' });
    await ocrelay.ocr.waitFor((stats) => stats.jobs.size === 5);
    const [first] = ocrelay.ocr.stats.jobs.values();
    expect(first?.sha256).toBe(image.sha256);
  });
});

test('a service that takes PDFs gets the file itself', async () => {
  const ocrelay = await startOcrelay(BACKENDS[0] ?? 'postgres', { ...ENV, OCR_ACCEPTS: 'pdf' });
  try {
    await ocrelay.startWorker();
    ocrelay.ocr.script({ job: { pages: 3 } });
    const id = await ocrelay.upload({ image: await pdf(pagesNamed(3)) });
    const task = await ocrelay.reaches(id, 'ocr_done', 'ocr_failed');
    expect(task).toMatchObject({ status: 'ocr_done', progress: { done_pages: 3, total_pages: 3 } });
    const jobs = [...ocrelay.ocr.stats.jobs.values()];
    expect(jobs).toMatchObject([{ id: task.ocr_job_id, contentType: 'application/pdf', sha256: task.sha256 }]);
    const document = await ocrelay.request(`/api/v1/tasks/${id}/document`);
    const { pages } = ((await document.json()) as { data: { pages: Array<{ text_layer?: string }> } }).data;
    expect(pages.map(({ text_layer }) => text_layer)).toEqual(pagesNamed(3).map(({ text }) => text));
    const picture = await ocrelay.request(`/api/v1/tasks/${id}/pages/2/image`);
    expect(picture.headers.get('content-type')).toBe('image/png');
  } finally {
    await ocrelay.stop();
  }
});
