import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readHealth, readJobId, readPoll } from '../src/jobs/answers.ts';
import { readResult } from '../src/ocr-result.ts';

const poll = (json: unknown, sinceSeq = 0) => readPoll(json, sinceSeq, null);
const raw = (json: unknown) => Buffer.from(JSON.stringify(json));
const finished = { status: 'finished', total_pages: 1, done_pages: 1, error_message: '' };
const page = {
  width: 9,
  height: 12,
  parsing_res_list: [{ block_label: 'text', block_content: 'x', block_bbox: [0, 0, 1, 1] }],
};

describe('job_id', () => {
  test.each([
    [{ job_id: 'abc' }, 'abc'],
    [{ job_id: 17 }, '17'],
    [{ job_id: '' }, null],
    [{ job_id: '  ' }, null],
    [{ job_id: null }, null],
    [{ job_id: '..' }, null],
    [{ job_id: 'a\0b' }, null],
    [{}, null],
    [undefined, null],
    ['abc', null],
  ])('of %j is %j', (json, id) => {
    expect(readJobId(json)).toBe(id);
  });
});

describe('a long poll', () => {
  test('without news leaves the cursor where it was', () => {
    expect(poll({ events: [], last_seq: 3, done: false }, 3)).toEqual({
      lastSeq: 3,
      done: false,
      progress: null,
      message: null,
    });
  });

  test('tells the furthest progress of repeated events that come out of order', () => {
    const running = (seq: number, done_pages: number) => ({
      seq,
      type: 'running',
      payload: { done_pages, total_pages: 9 },
    });
    const events = [
      running(5, 4),
      running(2, 1),
      running(5, 4),
      { seq: 1, type: 'queued' },
      { seq: 9, type: 'who_knows' },
    ];
    expect(poll({ events, last_seq: 9, done: false })).toMatchObject({
      lastSeq: 9,
      progress: { donePages: 4, totalPages: 9 },
    });
  });

  test('never takes the cursor back', () => {
    expect(poll({ events: [], last_seq: 1, done: false }, 7)?.lastSeq).toBe(7);
  });

  test('without last_seq goes on from the last event', () => {
    expect(
      poll({
        events: [
          { seq: 4, type: 'running' },
          { seq: 3, type: 'queued' },
        ],
      })?.lastSeq,
    ).toBe(4);
  });

  test('may be done with no event that says how', () => {
    expect(poll({ events: [], last_seq: 0, done: true })).toMatchObject({ done: true, message: null });
  });

  test.each([
    [{ payload: { message: 'too dark' } }],
    [{ payload: { error_message: 'too dark' } }],
    [{ payload: 'too dark' }],
    [{ payload: { error: { message: 'too dark' } } }],
    [{ message: 'too dark' }],
  ])('finds the message of a failed event in %j', (more) => {
    expect(poll({ events: [{ seq: 2, type: 'failed', ...more }], done: true })).toMatchObject({
      done: true,
      message: 'too dark',
    });
  });

  test('that is something else is no poll', () => {
    for (const json of [null, undefined, 'x', [], {}, { events: 'x', done: false }, { done: 'yes' }])
      expect(poll(json)).toBeNull();
  });
});

describe('a result', () => {
  test('keeps fields that the protocol does not list, and tolerates a byte order mark', () => {
    const bytes = Buffer.concat([
      Buffer.from('\uFEFF'),
      raw({ final: finished, pages: [{ ...page, extra: 1 }], more: 2 }),
    ]);
    expect(readResult(bytes)).toMatchObject({ ok: true, value: { more: 2, pages: [{ extra: 1 }] } });
  });

  test('that has failed gives up, with the words of the service', () => {
    const bytes = raw({ final: { status: 'failed', error_message: ' too\0dark ' }, pages: [] });
    expect(readResult(bytes)).toEqual({
      ok: false,
      fault: { reaction: 'give_up', code: 'ocr_job_failed', message: 'too\uFFFDdark' },
    });
  });

  test.each([
    ['no pages', { final: finished, pages: [] }],
    ['no final', { pages: [page] }],
    ['a job that still runs', { final: { status: 'running' }, pages: [page] }],
    ['blocks of another shape', { final: finished, pages: [{ parsing_res_list: [{ block_content: 1 }] }] }],
    ['a list', []],
  ])('with %s is tried again', (_, json) => {
    expect(readResult(raw(json))).toMatchObject({ ok: false, fault: { reaction: 'retry', code: 'ocr_bad_response' } });
  });

  test('that breaks off is tried again', () => {
    const bytes = raw({ final: finished, pages: [page] });
    expect(readResult(bytes.subarray(0, -5))).toMatchObject({ fault: { reaction: 'retry', code: 'ocr_bad_response' } });
  });
});

test('no JSON, however odd, makes the reading throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.uint8Array(), (json, bytes) => {
      readHealth(json);
      readJobId({ job_id: json });
      poll(json);
      poll({ events: [json, { type: 'failed', payload: json }, { type: 'running', ...Object(json) }], done: json });
      readResult(raw({ final: json, pages: json }));
      readResult(raw({ final: finished, pages: [json] }));
      readResult(Buffer.from(bytes));
    }),
  );
});
