import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { makePdf } from '../../../test/support/make-pdf.ts';
import { type FakeOcr, startFakeOcr } from '../../../test/support/ocr-server/index.ts';
import { advance } from './support/advance.ts';
import { type Answer, startApi, type TestApi } from './support/api.ts';

interface Described {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, unknown>; headers?: object }> }>
  >;
}

let api: TestApi;
let ocr: FakeOcr;
let document: Described;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const seen = new Set<string>();

beforeAll(async () => {
  ocr = await startFakeOcr();
  api = await startApi({ OCR_BASE_URL: ocr.url, START_WAIT_MS: '50' });
  document = (await api.ask('/openapi.json')).body;
  ajv.addSchema(document, 'api');
});
afterAll(async () => {
  await api.stop();
  await ocr.close();
});

/** Asks, and holds the answer against what the document says of that route, status and content type. */
async function check(
  method: 'get' | 'post' | 'delete',
  path: string,
  url: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const answer = await ask();
  const described = document.paths[path]?.[method]?.responses[answer.status];
  if (described === undefined) throw new Error(`${method} ${url} answered ${answer.status}, which is not described`);
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  if (answer.status !== 304) expect(Object.keys(described.content ?? {})).toContain(type);
  if (type === 'application/json') {
    const pointer = ['paths', path, method, 'responses', String(answer.status), 'content', type, 'schema'];
    const ref = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = ajv.compile({ $ref: `api#/${ref}` });
    if (!validate(answer.body))
      throw new Error(`${method} ${url}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(answer.body)}`);
  }
  seen.add(`${method} ${path} ${answer.status}`);
  return answer;
}

const get = (path: string, url = path, headers = {}) => check('get', path, url, () => api.ask(url, { headers }));
const upload = (options = {}) => check('post', '/api/v1/upload/image', 'upload', () => api.upload(options));
const post = (path: string, url: string, body?: string) =>
  check('post', path, url, () => api.ask(url, { method: 'POST', ...(body === undefined ? {} : { body }) }));
const start = (id: string) => {
  const path = '/api/v1/ocr/start/{task_id}';
  return check('post', path, path, () => api.ask(`/api/v1/ocr/start/${id}`, { method: 'POST' }));
};

describe('real answers are as the OpenAPI document describes them', () => {
  test('on the way of a task, and where it goes wrong', async () => {
    const worker = advance(api.context.database);
    const headers = { 'Idempotency-Key': 'a' };
    await upload({ headers });
    await upload({ headers });
    await upload({ image: Buffer.from('no image') });
    const id = (await upload()).body.data.task_id;
    for (const url of [id, '7', '01a20b7c-0000-7000-8000-000000000000'])
      await get('/api/v1/tasks/{task_id}', `/api/v1/tasks/${url}`);
    await get('/api/v1/tasks/{task_id}/result', `/api/v1/tasks/${id}/result`);
    await start(id);
    await worker.submitted(id);
    await start(id);
    const failed = (await upload({ start: true })).body.data.task_id;
    await worker.failed(failed, 'ocr_job_failed', 'unreadable');
    await get('/api/v1/tasks/{task_id}', `/api/v1/tasks/${failed}`);
    const done = (await upload({ start: true })).body.data.task_id;
    await worker.done(done, Buffer.from('{"final":{"status":"finished"}}'));
    await start(done);
    for (const part of ['', '/events', '/result', '/result/raw', '/text', '/image']) {
      const { headers: sent } = await get(`/api/v1/tasks/{task_id}${part}`, `/api/v1/tasks/${done}${part}`);
      const etag = sent.get('etag');
      if (etag !== null)
        await get(`/api/v1/tasks/{task_id}${part}`, `/api/v1/tasks/${done}${part}`, { 'If-None-Match': etag });
    }
    const page = {
      width: 9,
      height: 9,
      parsing_res_list: [{ block_label: 'text', block_content: 'x', block_bbox: [1, 1, 2, 2] }],
    };
    const read = (await upload({ start: true })).body.data.task_id;
    await worker.done(read, Buffer.from(JSON.stringify({ final: {}, pages: [page] })));
    for (const [path, url] of [
      ['/api/v1/tasks/{task_id}/document', `/api/v1/tasks/${read}/document`],
      ['/api/v1/tasks/{task_id}/document', `/api/v1/tasks/${read}/document?max_confidence=0.5`],
      ['/api/v1/tasks/{task_id}/export', `/api/v1/tasks/${read}/export?format=md`],
      ['/api/v1/tasks/{task_id}/export', `/api/v1/tasks/${read}/export?format=csv`],
      ['/api/v1/tasks/{task_id}/export', `/api/v1/tasks/${read}/export?format=docx`],
      ['/api/v1/export', `/api/v1/export?task_id=${read}&task_id=${done}`],
      ['/api/v1/tasks/{task_id}/pages/{page}/image', `/api/v1/tasks/${read}/pages/1/image`],
      ['/api/v1/tasks/{task_id}/pages/{page}/image', `/api/v1/tasks/${read}/pages/7/image`],
      ['/api/v1/tasks/{task_id}/pages/{page}/overlay.svg', `/api/v1/tasks/${read}/pages/1/overlay.svg`],
    ] as const) {
      const etag = (await get(path, url)).headers.get('etag');
      if (etag !== null) await get(path, url, { 'If-None-Match': etag });
    }
    await post('/api/v1/tasks/{task_id}/cancel', `/api/v1/tasks/${id}/cancel`);
    await post('/api/v1/tasks/{task_id}/cancel', `/api/v1/tasks/${done}/cancel`);
    await post('/api/v1/tasks/{task_id}/retry', `/api/v1/tasks/${id}/retry`);
    await post('/api/v1/tasks/{task_id}/retry', `/api/v1/tasks/${done}/retry`);
    await post('/api/v1/tasks/retry', '/api/v1/tasks/retry');
    await post('/api/v1/tasks/retry', '/api/v1/tasks/retry', '{"all":true}');
    for (const url of [done, done, '7'])
      await check('delete', '/api/v1/tasks/{task_id}', url, () =>
        api.ask(`/api/v1/tasks/${url}`, { method: 'DELETE' }),
      );
    await ofDocument(worker);
    await get('/api/v1/tasks');
    await get('/api/v1/tasks', '/api/v1/tasks?limit=1');
    await get('/api/v1/tasks', '/api/v1/tasks?limit=0');
  });

  /** A document of two pages, one of which cannot be read. */
  async function ofDocument(worker: ReturnType<typeof advance>): Promise<void> {
    const id = (await upload({ start: true, image: Buffer.from(await makePdf([{}, {}])) })).body.data.task_id;
    const url = `/api/v1/tasks/${id}`;
    const path = '/api/v1/tasks/{task_id}';
    await get(`${path}/pages`, `${url}/pages`);
    const [first = '', second = ''] = await worker.split(id);
    await start(id);
    for (const page of [first, second]) await worker.rendered(page);
    await worker.done(first, Buffer.from('{"final":{"status":"finished"}}'));
    await worker.failed(second, 'ocr_rejected', 'torn');
    await worker.gathered(id);
    for (const part of ['', '/pages', '/result', '/document', '/text', '/image'])
      await get(`${path}${part}`, `${url}${part}`);
    for (const query of ['', '?page=1', '?page=2', '?page=3', '?page=x'])
      await get(`${path}/result/raw`, `${url}/result/raw${query}`);
    await post(`${path}/cancel`, `/api/v1/tasks/${first}/cancel`);
    await check('delete', path, 'a page', () => api.ask(`/api/v1/tasks/${first}`, { method: 'DELETE' }));
    for (const page of [1, 2, 3]) await post(`${path}/pages/{page}/retry`, `${url}/pages/${page}/retry`);
  }

  test('of the health of everything, good and bad', async () => {
    for (const path of ['/healthz', '/readyz', '/api/v1/ocr/health', '/metrics']) await get(path);
    await ocr.kill();
    await get('/api/v1/ocr/health');
    await ocr.revive();
  });

  test('and every success that is described was seen', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        Object.keys(operation.responses)
          .filter((status) => status < '400')
          .map((status) => `${method} ${path} ${status}`),
      ),
    );
    expect(described.filter((one) => !seen.has(one))).toEqual([]);
  });
});

test('the document is OpenAPI 3.1 and describes every answer with the same envelope', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', components: { schemas: { Task: {}, Failure: {} } } });
});

test('what it says of images it says of documents, too, which are taken as well', () => {
  const texts: string[] = [];
  JSON.stringify(document, (name, value) => {
    if (['summary', 'description'].includes(name) && typeof value === 'string') texts.push(value);
    return value;
  });
  expect(texts.length).toBeGreaterThan(100);
  const ofImages = texts.filter((text) => /\bimages?\b/i.test(text.replace("the image store's key", '')));
  expect(ofImages.length).toBeGreaterThan(5);
  expect(ofImages.filter((text) => !/document|page|PDF/.test(text))).toEqual([]);
});

test('the documentation needs nothing from elsewhere', async () => {
  const page = (await api.ask('/docs')).body as string;
  const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
  expect(links.length).toBeGreaterThan(2);
  for (const link of links) expect([link, (await api.ask(link)).status]).toEqual([expect.stringMatching(/^\//), 200]);
});
