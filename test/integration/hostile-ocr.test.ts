import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Fault, type JobPlan, type Misbehaviour, startFakeOcr } from '../support/ocr-server/index.ts';
import { BACKENDS, startOcrelay, type TestOcrelay } from '../support/ocrelay.ts';

const finished = (more: object) => JSON.stringify({ final: { status: 'finished' }, pages: [], ...more });
const page = (content: string, more: object = {}) => ({
  width: 9,
  height: 9,
  parsing_res_list: [{ block_label: 'text', block_content: content, block_bbox: [0, 0, 1, 1], ...more }],
});
const tableOf = (html: string) => finished({ pages: [page(`<table><tr><td>read${html}`, { block_label: 'table' })] });
const result = (text: string | Buffer): Fault => ({ call: 'result', does: { kind: 'body', body: text } });
const MiB = 1024 * 1024;

describe('a hostile OCR service', () => {
  let ocrelay: TestOcrelay;
  let worker: ChildProcess;
  beforeAll(async () => {
    ocrelay = await startOcrelay(BACKENDS[0] ?? 'postgres', {
      SUBMIT_ATTEMPTS: '2',
      POLL_ATTEMPTS: '2',
      STORE_ATTEMPTS: '2',
      OCR_CONNECT_TIMEOUT_MS: '500',
      OCR_REQUEST_TIMEOUT_MS: '500',
      OCR_POLL_MS: '500',
      OCR_MAX_RESULT_BYTES: String(8 * MiB),
    });
    worker = await ocrelay.startWorker();
  });
  afterAll(() => ocrelay.stop());
  beforeEach(() => ocrelay.ocr.script({ faults: [], job: {}, health: { ok: true } }));

  /** What every case ends with: the worker that met it reads the next image. */
  async function stillWorks(): Promise<void> {
    ocrelay.ocr.script({ faults: [], job: {} });
    await ocrelay.reaches(await ocrelay.upload(), 'ocr_done');
    expect([worker.exitCode, worker.signalCode]).toEqual([null, null]);
    expect(ocrelay.logs()).not.toContain('stage broke');
  }

  test.each<[string, string, Fault]>([
    ['a result that is not JSON', 'ocr_bad_response', result('<html>')],
    ['a result with NaN in it', 'ocr_bad_response', result(finished({ pages: [page('x')] }).replace('[0,0', '[NaN,0'))],
    ['a result of 200 MB', 'ocr_bad_response', { call: 'result', does: { kind: 'oversized', bytes: 200_000_000 } }],
    ['lists nested a million deep', 'ocr_bad_response', result('['.repeat(MiB) + ']'.repeat(MiB))],
    ['a result of a job that still runs', 'ocr_bad_response', result('{"final":{"status":"running"},"pages":[]}')],
    ['a result without pages', 'ocr_bad_response', result(finished({}))],
    [
      'a result that only its prototype has',
      'ocr_bad_response',
      result(`{"__proto__":${finished({ pages: [page('x')] })}}`),
    ],
    [
      'a failure in the words of NULs',
      'ocr_job_failed',
      result('{"final":{"status":"failed","error_message":"\\u0000\\ud800"}}'),
    ],
    [
      'a failure that is said by a number',
      'ocr_job_failed',
      result('{"final":{"status":"failed","error_message":17}}'),
    ],
    [
      'a redirect of the submit',
      'ocr_bad_response',
      { call: 'submit', does: { kind: 'status', status: 307, headers: { location: 'http://evil.test/' } } },
    ],
    [
      'a submit with endless headers',
      'ocr_bad_response',
      { call: 'submit', does: endless('HTTP/1.1 201 Created\r\n', 'X: 1\r\n') },
    ],
    [
      'a submit that is no HTTP',
      'ocr_bad_response',
      { call: 'submit', does: { kind: 'raw', bytes: ['SSH-2.0\r\n'], ending: 'ends' } },
    ],
    [
      'a job id with a NUL',
      'ocr_bad_response',
      { call: 'submit', does: { kind: 'body', body: '{"job_id":"a\\u0000b"}' } },
    ],
    ['a poll that trickles', 'ocr_timeout', { call: 'poll', does: { kind: 'trickle', everyMs: 500 } }],
    [
      'a poll with a body without end',
      'ocr_bad_response',
      { call: 'poll', does: endless('HTTP/1.1 200 OK\r\n\r\n', ' '.repeat(65_536)) },
    ],
    [
      'a poll of nothing but wrong types',
      'ocr_bad_response',
      { call: 'poll', does: { kind: 'body', body: '{"events":7,"done":"no","last_seq":{}}' } },
    ],
  ])('%s ends the task with %s, and the worker lives', async (_what, code, fault) => {
    ocrelay.ocr.script({ faults: [fault] });
    const task = await ocrelay.reaches(await ocrelay.upload(), 'ocr_failed', 'ocr_done');
    expect(task).toMatchObject({ status: 'ocr_failed', error_code: code, error_message: expect.stringMatching(/\w/) });
    await stillWorks();
  });

  test.each<[string, string | Buffer, string]>([
    [
      'NULs, form feeds and lone surrogates in the text',
      finished({ pages: [page('a\0b\fc')] }).replace('c"', 'c\\udc00d"'),
      'ab cd',
    ],
    ['__proto__ everywhere', `{"__proto__":{"pages":[]},${finished({ pages: [page('x')] }).slice(1)}`, 'x'],
    [
      'places of other types',
      finished({ pages: [page('x', { block_bbox: 'here', block_order: {}, block_id: [] })] }),
      'x',
    ],
    ['numbers that no number holds', finished({ pages: [page('x')] }).replace('"width":9', '"width":1e999'), 'x'],
    [
      'other counts of pages in its end',
      finished({ final: { status: 'finished', total_pages: -7, done_pages: 1e30 }, pages: [page('x')] }),
      'x',
    ],
    ['bytes that are not UTF-8', Buffer.from(finished({ pages: [page('caf\u00e9')] }), 'latin1'), 'caf\ufffd'],
    [
      'a list nested deep beside it',
      finished({ pages: [page('x')] }).replace('{', `{"deep":${'['.repeat(MiB)}${']'.repeat(MiB)},`),
      'x',
    ],
    [
      'a table that a repaired tree would blow up',
      tableOf(`<p>${Array.from({ length: 9_000 }, (_, at) => `<b id=${at}>`).join('')}</p>${'<p></p>'.repeat(9_000)}`),
      'read',
    ],
    [
      'a table of a tag with 100,000 attributes',
      tableOf(`<p ${Array.from({ length: 100_000 }, (_, at) => `a${at}=""`).join(' ')}>`),
      'read',
    ],
  ])('a result with %s is read', async (_what, text, reads) => {
    ocrelay.ocr.script({ faults: [result(text)] });
    const id = await ocrelay.upload();
    expect(await ocrelay.reaches(id, 'ocr_failed', 'ocr_done')).toMatchObject({ status: 'ocr_done' });
    expect(await (await ocrelay.request(`/api/v1/tasks/${id}/text`)).text()).toBe(reads);
    const raw = await ocrelay.request(`/api/v1/tasks/${id}/result/raw`);
    expect(Buffer.from(await raw.arrayBuffer()).equals(Buffer.from(text))).toBe(true);
    await stillWorks();
  });

  test.each<[string, Partial<JobPlan>, string, string | null]>([
    [
      'events that say failed and a result that says finished',
      { ends: 'failed', result: finished({ pages: [page('x')] }) },
      'ocr_done',
      null,
    ],
    [
      'events that say finished and a result that says failed',
      { result: '{"final":{"status":"failed","error_message":"no"}}' },
      'ocr_failed',
      'ocr_job_failed',
    ],
    [
      'no event, and a result that says failed',
      { events: 'none', result: '{"final":{"status":"failed"}}' },
      'ocr_failed',
      'ocr_job_failed',
    ],
  ])('of %s the result is believed', async (_what, job, status, code) => {
    ocrelay.ocr.script({ job });
    const task = await ocrelay.reaches(await ocrelay.upload(), 'ocr_failed', 'ocr_done');
    expect(task).toMatchObject({ status, error_code: code });
    await stillWorks();
  });

  test('a redirect to another host takes neither image nor token there', async () => {
    const elsewhere = await startFakeOcr();
    const headers = { location: `${elsewhere.url}/jobs-from-uploading` };
    ocrelay.ocr.script({ faults: [{ call: 'submit', does: { kind: 'status', status: 308, headers } }] });
    await ocrelay.reaches(await ocrelay.upload(), 'ocr_failed');
    expect(elsewhere.stats.submits).toBe(0);
    await elsewhere.close();
    await stillWorks();
  });
});

function endless(first: string, again: string): Misbehaviour {
  return { kind: 'raw', bytes: [first, again.repeat(100)], ending: 'repeats' };
}
