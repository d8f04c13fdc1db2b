/** Every field of every answer with every wrong type in it: read, or a clear fault, and nothing is thrown. */
import { describe, expect, test } from '@jest/globals';
import { readHealth, readJobId, readPoll } from '../src/jobs/answers.ts';
import { readResult } from '../src/ocr-result.ts';

type Path = readonly (string | number)[];

const RESULT = {
  job_id: 'a',
  final: { job_id: 'a', status: 'finished', total_pages: 1, done_pages: 1, error_message: '', elapsed_seconds: 4.6 },
  pages: [
    {
      input_path: 'x',
      page_index: null,
      page_count: null,
      width: 912,
      height: 1280,
      parsing_res_list: [
        { block_label: 'text', block_content: 'x', block_bbox: [1, 2, 3, 4], block_id: 0, block_order: 1, group_id: 0 },
      ],
      layout_det_res: { boxes: [{ cls_id: 21, label: 'table', score: 0.9, coordinate: [1, 2, 3, 4] }] },
    },
  ],
};
const POLL = {
  events: [{ seq: 1, type: 'running', payload: { done_pages: 1, total_pages: 2 } }],
  last_seq: 1,
  done: false,
};
const HEALTH = { ok: true, queue_len: 0, worker_alive: true };

const WRONG: ReadonlyArray<readonly [what: string, json: string]> = [
  ['null', 'null'],
  ['true', 'true'],
  ['zero', '0'],
  ['a negative number', '-1'],
  ['a fraction', '0.5'],
  ['a number that is too large', '1e999'],
  ['a number that no column holds', '9007199254740993'],
  ['an empty text', '""'],
  ['a text', '"x"'],
  ['a text with a NUL', '"a\\u0000b"'],
  ['a lone surrogate', '"\\ud800"'],
  ['an empty list', '[]'],
  ['a list of nulls', '[null]'],
  ['an empty object', '{}'],
  ['a prototype', '{"__proto__":{"status":"finished","toString":1},"constructor":1}'],
  ['lists nested deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
];

/** The paths of all values in it, itself included. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...inside.flatMap(([key, one]) => pathsOf(one, [...path, key]))];
}

/** The JSON of it with one value replaced by a JSON text. */
function withWrong(json: unknown, path: Path, wrong: string): string {
  const [key, ...rest] = path;
  if (key === undefined) return wrong;
  const copy = structuredClone(json) as Record<string, unknown>;
  const mark = '«here»';
  let at: Record<string, unknown> = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>;
  at[String([key, ...rest].at(-1))] = mark;
  return JSON.stringify(copy).replace(`"${mark}"`, () => wrong);
}

const storable = (text: string | null) => text === null || !/[\0\p{Cs}]/u.test(text);

describe.each(WRONG)('%s', (_what, wrong) => {
  test.each(pathsOf(RESULT).map((path) => [path.join('.') || 'all of it', path] as const))(
    'for %s in a result',
    (_name, path) => {
      const answer = readResult(Buffer.from(withWrong(RESULT, path, wrong)));
      if (answer.ok) return expect(answer.value.pages.length).toBeGreaterThan(0);
      expect(['ocr_bad_response', 'ocr_job_failed']).toContain(answer.fault.code);
      expect(storable(answer.fault.message)).toBe(true);
    },
  );

  test('for every field of a poll', () => {
    for (const path of pathsOf(POLL)) {
      const status = readPoll(JSON.parse(withWrong(POLL, path, wrong)), 0, null);
      if (status === null) continue;
      expect(Number.isSafeInteger(status.lastSeq) && status.lastSeq >= 0).toBe(true);
      for (const count of Object.values(status.progress ?? {})) expect(count).toBeLessThan(2 ** 31);
      expect(storable(status.message)).toBe(true);
    }
  });

  test('for every field of a health and of a submit', () => {
    for (const path of pathsOf(HEALTH)) {
      const health = readHealth(JSON.parse(withWrong(HEALTH, path, wrong)));
      if (health !== null) expect(typeof health.ok).toBe('boolean');
    }
    expect(storable(readJobId(JSON.parse(`{"job_id":${wrong}}`)))).toBe(true);
  });
});

test.each(['block_bbox', 'block_id', 'block_order', 'group_id'])(
  '%s of another type loses nothing that was read',
  (field) => {
    const json = withWrong(RESULT, ['pages', 0, 'parsing_res_list', 0, field], '"nonsense"');
    expect(readResult(Buffer.from(json))).toMatchObject({
      ok: true,
      value: { pages: [{ parsing_res_list: [{ block_content: 'x' }] }] },
    });
  },
);

test('a poll of as many events as fit is read', () => {
  const events = Array.from({ length: 300_000 }, () => ({ type: 'x' }));
  expect(readPoll({ events }, 0, null)).toMatchObject({ lastSeq: 0, done: false });
});
