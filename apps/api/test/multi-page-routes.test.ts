import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentModel } from '@ocrelay/document';
import { findTask } from '@ocrelay/tasks';
import sharp from 'sharp';
import { makePdf } from '../../../test/support/make-pdf.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { type Advance, advance } from './support/advance.ts';
import { type Answer, startApi, type TestApi } from './support/api.ts';

let api: TestApi;
let worker: Advance;
beforeAll(async () => {
  api = await startApi({ START_WAIT_MS: '5000' });
  worker = advance(api.context.database);
});
afterAll(() => api.stop());

const task = async (id: string) => (await api.ask(`/api/v1/tasks/${id}`)).body.data;
const post = (path: string) => api.ask(`/api/v1/tasks/${path}`, { method: 'POST' });
const remove = (id: string) => api.ask(`/api/v1/tasks/${id}`, { method: 'DELETE' });
const outcome = ({ status, body }: Answer) => [status, body.error?.code ?? null];
const rawOf = (words: string) => {
  const table = `<table><tr><td>${words}</td><td>1</td></tr></table>`;
  const parsing_res_list = [{ block_label: 'table', block_content: table, block_bbox: [0, 0, 60, 40] }];
  return Buffer.from(
    JSON.stringify({ final: { status: 'finished' }, pages: [{ width: 60, height: 40, parsing_res_list }] }),
  );
};

async function uploaded(pages: number, start = true): Promise<string> {
  const image = Buffer.from(await makePdf(Array.from({ length: pages }, (_, at) => ({ text: `Page ${at + 1}` }))));
  return (await api.upload({ start, image, name: 'report.pdf' })).body.data.task_id;
}

/** The image store has the picture of a page: 60 × 40 pixels in a colour. */
async function storePicture(pageId: string, background: string): Promise<Buffer> {
  const bytes = await sharp({ create: { width: 60, height: 40, channels: 3, background } })
    .png()
    .toBuffer();
  const { imagePath } = (await findTask(api.context.database.db, pageId)) ?? { imagePath: '' };
  const pending = api.context.images.create();
  await pending.write(bytes);
  await pending.commit(imagePath);
  return bytes;
}

/** A document of three pages, the second of which could not be read. */
async function readButOne() {
  const id = await uploaded(3);
  const pages = (await worker.split(id)) as [string, string, string];
  for (const [at, page] of pages.entries()) await worker.rendered(page, `layer ${at + 1}`);
  await worker.done(pages[0], rawOf('one'), 'one');
  await worker.failed(pages[1], 'ocr_rejected', 'it is torn');
  await worker.done(pages[2], rawOf('three'), 'three');
  await worker.gathered(id);
  return { id, pages };
}

describe('a document', () => {
  test('is one task, whose progress is that of its pages', async () => {
    const id = await uploaded(3, false);
    expect(await task(id)).toMatchObject({
      status: 'uploaded',
      content_type: 'application/pdf',
      progress: { done_pages: 0, total_pages: 3, failed_pages: 0 },
      parent_id: null,
    });
    const starting = api.ask(`/api/v1/ocr/start/${id}`, { method: 'POST' });
    await waitFor('the start', async () => (await task(id)).status === 'queued');
    const pages = await worker.split(id);
    expect((await starting).body.data).toMatchObject({ status: 'ocr_processing', ocr_job_id: null });
    await worker.rendered(pages[0] ?? '');
    await worker.done(pages[0] ?? '', rawOf('one'));
    const progress = { done_pages: 1, total_pages: 3, failed_pages: 0 };
    expect(await task(id)).toMatchObject({ status: 'ocr_processing', progress });
    await worker.failed(pages[1] ?? '', 'ocr_rejected', 'it is torn');
    expect((await task(id)).progress).toEqual({ ...progress, failed_pages: 1 });
    const { tasks } = (await api.ask('/api/v1/tasks')).body.data;
    expect(tasks.map((one: { task_id: string }) => one.task_id)).toEqual([id]);
    await remove(id);
  });

  test('tells how each of its pages stands', async () => {
    const { id, pages } = await readButOne();
    expect((await api.ask(`/api/v1/tasks/${id}/pages`)).body.data.pages).toMatchObject([
      { page: 1, task_id: pages[0], status: 'ocr_done', error_code: null },
      { page: 2, task_id: pages[1], status: 'ocr_failed', error_code: 'ocr_rejected', error_message: 'it is torn' },
      { page: 3, task_id: pages[2], status: 'ocr_done', error_code: null },
    ]);
    expect(await task(pages[1])).toMatchObject({ parent_id: id, page: 2 });
    expect((await task(id)).progress).toEqual({ done_pages: 2, total_pages: 3, failed_pages: 1 });
  });

  test('has one text, with form feeds, and its raw results page by page', async () => {
    const { id } = await readButOne();
    expect((await api.ask(`/api/v1/tasks/${id}/text`)).body).toBe('one\f\fthree');
    const raw = (query: string) => api.ask(`/api/v1/tasks/${id}/result/raw${query}`);
    expect((await raw('?page=3')).body).toEqual(JSON.parse(rawOf('three').toString()));
    expect(outcome(await raw(''))).toEqual([400, 'invalid_request']);
    expect((await raw('')).body.message).toContain('?page=1 to ?page=3');
    expect(outcome(await raw('?page=2'))).toEqual([409, 'invalid_state']);
    expect((await raw('?page=2')).body.message).toContain('it is torn');
    expect(outcome(await raw('?page=4'))).toEqual([404, 'page_not_found']);
    expect(outcome(await raw('?page=0'))).toEqual([400, 'invalid_request']);
  });

  test('has the raw result of a page that was read, whatever its other pages are doing', async () => {
    const id = await uploaded(3);
    const raw = (page: number) => api.ask(`/api/v1/tasks/${id}/result/raw?page=${page}`);
    expect(outcome(await raw(1))).toEqual([409, 'invalid_state']);
    const pages = (await worker.split(id)) as [string, string, string];
    await worker.rendered(pages[0]);
    await worker.done(pages[0], rawOf('one'), 'one');
    expect((await raw(1)).body).toEqual(JSON.parse(rawOf('one').toString()));
    expect([outcome(await raw(2)), (await raw(2)).body.message]).toEqual([
      [409, 'invalid_state'],
      expect.stringContaining(`${pages[1]} has no result: its status is queued`),
    ]);
    expect(outcome(await raw(4))).toEqual([404, 'page_not_found']);
    await post(`${id}/cancel`);
    expect((await raw(1)).status).toBe(200);
    expect(outcome(await raw(2))).toEqual([409, 'invalid_state']);
  });

  test('has one result with all of its pages', async () => {
    const { id } = await readButOne();
    const { data } = (await api.ask(`/api/v1/tasks/${id}/result`)).body;
    expect(data).toMatchObject({ page_count: 3, text: 'one\f\fthree' });
    expect(data.pages).toEqual([
      { page: 1, result: JSON.parse(rawOf('one').toString()) },
      { page: 2, error: { code: 'ocr_rejected', message: 'it is torn' } },
      { page: 3, result: JSON.parse(rawOf('three').toString()) },
    ]);
  });

  test('has one document with all of its pages, the text of its file beside what was read, and what failed', async () => {
    const { id } = await readButOne();
    const { data } = (await api.ask(`/api/v1/tasks/${id}/document`)).body;
    const document = documentModel.parse(data);
    expect(document.pages.map(({ number, text_layer, error }) => ({ number, text_layer, error }))).toEqual([
      { number: 1, text_layer: 'layer 1' },
      { number: 2, text_layer: 'layer 2', error: { code: 'ocr_rejected', message: 'it is torn' } },
      { number: 3, text_layer: 'layer 3' },
    ]);
    expect(document.warnings).toEqual([
      { code: 'page_failed', message: 'The page could not be read: it is torn', page: 2, block: null },
    ]);
    expect(document.pages[2]?.blocks[0]?.table?.cells[0]?.text).toBe('three');
  });

  test('is one file in each format', async () => {
    const { id } = await readButOne();
    const csv = await api.ask(`/api/v1/tasks/${id}/export?format=csv&table=2`);
    expect(csv.body).toContain('three');
    for (const format of ['json', 'md', 'html', 'txt', 'xlsx', 'pdf']) {
      expect((await api.ask(`/api/v1/tasks/${id}/export?format=${format}`)).status).toBe(200);
    }
    expect((await api.ask(`/api/v1/tasks/${id}/export?format=txt`)).body).toMatch(/one.*\f.*\f.*three/s);
  });

  test('shows the picture of each page', async () => {
    const { id, pages } = await readButOne();
    const picture = await storePicture(pages[2], '#c02040');
    const answer = await fetch(`${api.url}/api/v1/tasks/${id}/pages/3/image`);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await answer.arrayBuffer()).equals(picture)).toBe(true);
    const cut = await fetch(`${api.url}/api/v1/tasks/${id}/pages/3/image?block=0`);
    expect(await sharp(Buffer.from(await cut.arrayBuffer())).metadata()).toMatchObject({ width: 60, height: 40 });
    expect(outcome(await api.ask(`/api/v1/tasks/${id}/pages/1/image`))).toEqual([404, 'image_missing']);
    expect((await api.ask(`/api/v1/tasks/${id}/pages/3/overlay.svg`)).status).toBe(200);
  });

  test('shows why a page could not be read, over its picture', async () => {
    const { id, pages } = await readButOne();
    const { width, height } = (await findTask(api.context.database.db, pages[1])) ?? {};
    const svg = await (await fetch(`${api.url}/api/v1/tasks/${id}/pages/2/overlay.svg`)).text();
    expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`);
    expect(width).toBeGreaterThan(0);
    expect(svg).toContain('ocr_rejected');
  });

  test('that was derived before is derived anew when a page of it was read after all', async () => {
    const { id, pages } = await readButOne();
    const document = async () => (await api.ask(`/api/v1/tasks/${id}/document`)).body.data;
    const tag = async () => (await api.ask(`/api/v1/tasks/${id}/export?format=md`)).headers.get('etag');
    expect((await document()).warnings).toHaveLength(1);
    const before = await tag();
    expect(outcome(await post(`${id}/pages/2/retry`))).toEqual([200, null]);
    expect(outcome(await api.ask(`/api/v1/tasks/${id}/document`))).toEqual([409, 'invalid_state']);
    await worker.rendered(pages[1], 'layer 2');
    await worker.done(pages[1], rawOf('two'), 'two');
    await worker.gathered(id);
    expect((await document()).warnings).toEqual([]);
    expect(await tag()).not.toBe(before);
  });

  test('that the OCR service takes whole has the pictures of its pages all the same', async () => {
    const { id, pages } = await readButOne();
    // As with OCR_ACCEPTS=pdf: a task like that of an image, whose result has several pages.
    const { pool } = api.context.database;
    await pool.query('update tasks set open_pages = null, total_pages = 3, ocr_job_id = $2 where id = $1', [id, 'x']);
    await pool.query('delete from tasks where parent_id = $1', [id]);
    const page = { width: 1700, height: 2200, parsing_res_list: [] };
    const raw = Buffer.from(JSON.stringify({ final: {}, pages: [page, page, page] }));
    await pool.query(`update ocr_results set raw = $2, raw_sha256 = encode(sha256($2), 'hex') where task_id = $1`, [
      id,
      raw,
    ]);
    const answer = await fetch(`${api.url}/api/v1/tasks/${id}/pages/2/image`);
    expect(await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).toMatchObject({
      format: 'png',
      width: 1700,
      height: 2200,
    });
    expect(pages).toHaveLength(3);
  });
});

describe('operations on a document', () => {
  test('cancel and delete it with its pages', async () => {
    const id = await uploaded(2);
    const [page = ''] = await worker.split(id);
    await storePicture(page, '#fff');
    expect(outcome(await post(`${id}/cancel`))).toEqual([200, null]);
    expect((await task(page)).status).toBe('cancelled');
    expect(outcome(await remove(id))).toEqual([200, null]);
    expect(outcome(await api.ask(`/api/v1/tasks/${page}`))).toEqual([404, 'task_not_found']);
    const files = await readdir(api.imagesFolder, { recursive: true });
    expect(files.filter((file) => file.includes(page) || file.includes(id))).toEqual([]);
  });

  test('are not done to a page alone', async () => {
    const { id, pages } = await readButOne();
    for (const answer of [await post(`${pages[0]}/cancel`), await remove(pages[0])]) {
      expect(outcome(answer)).toEqual([409, 'invalid_state']);
      expect(answer.body.error.details).toEqual({ parent_id: id });
    }
  });

  test('but a page can be tried again, by its number and by its own id', async () => {
    const { id, pages } = await readButOne();
    const retried = await post(`${id}/pages/2/retry`);
    expect(retried.body.data).toMatchObject({ task_id: id, status: 'ocr_processing' });
    expect(outcome(await post(`${pages[1]}/retry`))).toEqual([200, null]); // in progress already
    expect(outcome(await post(`${id}/pages/1/retry`))).toEqual([409, 'invalid_state']);
    for (const page of ['4', 'x']) {
      const far = await post(`${id}/pages/${page}/retry`);
      expect(outcome(far)).toEqual([404, 'page_not_found']);
      expect(far.body.message).toContain('the pages 1 to 3');
    }
    expect(outcome(await post(`${id}/retry`))).toEqual([200, null]);
    await post(`${id}/cancel`);
    const refused = await post(`${pages[1]}/retry`);
    expect(outcome(refused)).toEqual([409, 'invalid_state']);
    expect(refused.body.message).toContain('start the document again');
  });
});

test('a page that waits for its document to be split is queued, whatever its last run came to', async () => {
  const id = await uploaded(2);
  const [failed] = (await worker.split(id)) as [string, string];
  await worker.rendered(failed);
  await worker.failed(failed, 'ocr_rejected', 'it is torn');
  await post(`${id}/cancel`);
  await post(`${id}/retry`);
  const answer = await api.ask(`/api/v1/ocr/start/${failed}`, { method: 'POST' });
  expect([answer.status, answer.body.data]).toMatchObject([202, { task_id: failed, status: 'queued' }]);
});

test('a document that is done but for a page is retried by a retry of that page, and one without such a page is not', async () => {
  const { id, pages } = await readButOne();
  const { body } = await post(`${id}/retry`);
  expect(body.data).toMatchObject({ status: 'ocr_processing', progress: { done_pages: 2, failed_pages: 0 } });
  expect(await task(pages[1])).toMatchObject({ status: 'queued', error_code: null });
  expect(await task(pages[0])).toMatchObject({ status: 'ocr_done' });
  await worker.rendered(pages[1], 'layer 2');
  await worker.done(pages[1], rawOf('two'), 'two');
  await worker.gathered(id);
  expect(outcome(await post(`${id}/retry`))).toEqual([409, 'invalid_state']);
});

test('a page that there is not yet, or never, is not tried again, and the answer says why', async () => {
  const whole = (await api.upload({ start: true })).body.data.task_id;
  const inOne = await post(`${whole}/pages/1/retry`);
  expect([...outcome(inOne), inOne.body.message]).toEqual([
    404,
    'page_not_found',
    expect.stringContaining('in one piece'),
  ]);
  const early = await post(`${await uploaded(2)}/pages/2/retry`);
  expect([...outcome(early), early.body.message]).toEqual([
    404,
    'page_not_found',
    expect.stringContaining('not been parted'),
  ]);
});

test('a picture that is damaged takes nothing but itself from a file', async () => {
  const { id, pages } = await readButOne();
  await storePicture(pages[0], '#000');
  const { imagePath } = (await findTask(api.context.database.db, pages[0])) ?? { imagePath: '' };
  await writeFile(join(api.imagesFolder, imagePath), 'no picture');
  const answer = await fetch(`${api.url}/api/v1/tasks/${id}/export?format=pdf`);
  expect(Buffer.from(await answer.arrayBuffer()).toString('latin1', 0, 5)).toBe('%PDF-');
});
