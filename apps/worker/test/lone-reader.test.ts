import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { held } from '../../../test/support/held.ts';
import { type FakeOcr, type Misbehaviour, startFakeOcr } from '../../../test/support/ocr-server/index.ts';
import type { LoneObserver } from '../src/reading/lone-process.ts';
import { createLoneReader, type LoneReader } from '../src/reading/lone-reader.ts';

const DIST = process.env['TEST_DIST'] ?? 'dist';
const PROGRAM = pathToFileURL(join(DIST, 'apps/worker/src/reading/read-alone-process.js'));
const never = new AbortController().signal;
const good = JSON.stringify({
  final: { status: 'finished' },
  pages: [{ parsing_res_list: [{ block_label: 'text', block_content: 'read' }] }],
});
const answers = (body: string): Misbehaviour => ({ kind: 'status', status: 200, body });

let ocr: FakeOcr;
beforeEach(async () => {
  ocr = await startFakeOcr();
});
afterEach(() => ocr.close());

const job = () => ({ endpoint: ocr.url, jobId: 'job-1' });
const resultIs = (does: Misbehaviour) => ocr.script({ faults: [{ call: 'result', does }] });

function reader(program = PROGRAM, heapMb = 256): LoneReader {
  const options = {
    protocol: 'jobs',
    baseUrls: [ocr.url],
    token: null,
    connectTimeoutMs: 60_000,
    requestTimeoutMs: 600_000,
    maxResultBytes: 64 * 1024 * 1024,
    pollConnections: 1,
  };
  return createLoneReader(program, options, { ms: 600_000, heapMb });
}

/** A read whose result is on its way, in a process that has begun. */
async function underWay(signal = never) {
  const { until, release } = held();
  ocr.script({ faults: [{ call: 'result', does: { kind: 'hold', until } }] });
  const before = ocr.stats.results;
  const one = reader();
  let pid = 0;
  const answer = one.read(
    await newJob(),
    signal,
    watching({
      started: (of) => {
        pid = of;
      },
    }),
  );
  answer.catch(() => {}); // looked at by the test
  await ocr.waitFor((stats) => stats.results > before);
  return { one, pid, answer, release };
}

/** A job that the service has. */
async function newJob() {
  const form = new FormData();
  form.set('file', new Blob(['x']), 'scan.png');
  const response = await fetch(`${ocr.url}/jobs-from-uploading`, { method: 'POST', body: form });
  const { job_id: jobId } = (await response.json()) as { job_id: string };
  return { endpoint: ocr.url, jobId };
}

function watching(observer: Partial<LoneObserver>): LoneObserver {
  return { started: () => {}, died: () => {}, ...observer };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a result that is read alone', () => {
  test('comes back with its bytes and its text', async () => {
    resultIs(answers(good));
    const answer = await reader().read(job(), never);
    expect(answer).toMatchObject({ ok: true, value: { pageCount: 1, plainText: 'read' } });
    expect(answer.ok && answer.value.raw.equals(Buffer.from(good))).toBe(true);
  });

  test.each<[string, Misbehaviour, string, string]>([
    ['is no JSON', answers('<html>'), 'retry', 'ocr_bad_response'],
    ['is refused', { kind: 'status', status: 503 }, 'wait', 'ocr_unavailable'],
    ['is not known', { kind: 'status', status: 404 }, 'lost', 'ocr_job_lost'],
  ])('and %s has the fault that it has elsewhere', async (_what, does, reaction, code) => {
    resultIs(does);
    expect(await reader().read(job(), never)).toMatchObject({ ok: false, fault: { reaction, code } });
  });

  test('and needs more memory than it may crashes its process, and the next one is read', async () => {
    const small = reader(PROGRAM, 48);
    resultIs(answers(`[${'{},'.repeat(5_000_000)}{}]`));
    const fault = { reaction: 'give_up', code: 'worker_crashed' };
    let lastWords = '';
    const answer = await small.read(
      job(),
      never,
      watching({
        died: (words) => {
          lastWords = words;
        },
      }),
    );
    expect(answer).toMatchObject({ ok: false, fault });
    expect(lastWords).toContain('heap');
    resultIs(answers(good));
    expect(await small.read(job(), never)).toMatchObject({ ok: true });
  });

  test('is no crash when its process cannot begin', async () => {
    const missing = pathToFileURL(join(DIST, 'apps/worker/src/reading/no-such-program.js'));
    const fault = { reaction: 'wait', code: 'worker_crashed' };
    expect(await reader(missing).read(job(), never)).toMatchObject({ ok: false, fault });
  });

  test('waits for its turn', async () => {
    resultIs(answers(good));
    const one = reader();
    const order: string[] = [];
    const read = (name: string) =>
      one
        .read(job(), never, watching({ started: () => void order.push(`${name} begins`) }))
        .then(() => order.push(`${name} ends`));
    await Promise.all([read('first'), read('second'), read('third')]);
    const inTurn = ['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]);
    expect(order).toEqual(inTurn);
  });
});

describe('the process that reads alone', () => {
  test('is ended when the read is no longer wanted, and the next one is read', async () => {
    const ending = new AbortController();
    const { one, pid, answer } = await underWay(ending.signal);
    ending.abort(new Error('taken away'));
    await expect(answer).rejects.toThrow('taken away');
    expect(isAlive(pid)).toBe(false);
    resultIs(answers(good));
    expect(await one.read(job(), never)).toMatchObject({ ok: true });
  });

  test('is not started for a read that was given up while it waited for its turn', async () => {
    const { one, answer, release } = await underWay();
    const ending = new AbortController();
    let started = false;
    const second = one.read(
      job(),
      ending.signal,
      watching({
        started: () => {
          started = true;
        },
      }),
    );
    ending.abort(new Error('taken away'));
    await expect(second).rejects.toThrow('taken away');
    release();
    expect(await answer).toMatchObject({ ok: true });
    expect(started).toBe(false);
  });

  test('is not started for a read that is given up at its very beginning', async () => {
    const ending = new AbortController();
    let started = false;
    const observer = watching({
      started: () => {
        started = true;
      },
    });
    const answer = reader().read(job(), ending.signal, observer);
    setImmediate(() => ending.abort(new Error('taken away'))); // its turn has come, and nothing was started yet
    await expect(answer).rejects.toThrow('taken away');
    expect(started).toBe(false);
  });

  test('and crashes says by what', async () => {
    const { pid, answer } = await underWay();
    process.kill(pid, 'SIGSEGV');
    const fault = { reaction: 'give_up', code: 'worker_crashed', message: expect.stringContaining('SIGSEGV') };
    expect(await answer).toMatchObject({ ok: false, fault });
  });

  test('and is killed from outside is no evidence', async () => {
    const { pid, answer } = await underWay();
    process.kill(pid, 'SIGKILL');
    expect(await answer).toMatchObject({ ok: false, fault: { reaction: 'wait', code: 'worker_crashed' } });
  });

  test('leaves it to the worker to stop, when a whole group of processes is told to', async () => {
    const { pid, answer, release } = await underWay();
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(pid, signal);
    release();
    expect(await answer).toMatchObject({ ok: true });
  });
});
