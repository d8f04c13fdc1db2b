/** What every adapter promises, over real HTTP against a server that does wrong what it is told to. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type FakeCall,
  type FakeOcr,
  type Misbehaviour,
  OFFERS_CANCEL,
  startFakeOcr,
} from '../../../test/support/ocr-server/index.ts';
import { createOcrClient, type ImageFile, type OcrClient, type OcrOptions, readResult } from '../src/index.ts';

const TOKEN = 'the-secret-token';
const never = new AbortController().signal;

let server: FakeOcr;
const clients: OcrClient[] = [];

beforeEach(async () => {
  server = await startFakeOcr({ plan: { token: TOKEN } });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.close();
});

function open(change: Partial<OcrOptions> = {}): OcrClient {
  const client = createOcrClient({
    protocol: 'jobs',
    baseUrls: [server.url],
    token: TOKEN,
    connectTimeoutMs: 2_000,
    requestTimeoutMs: 5_000,
    maxResultBytes: 1_000_000,
    pollConnections: 4,
    ...change,
  });
  clients.push(client);
  return client;
}

function image(bytes = Buffer.from('an image'), filename = 'scan.png'): ImageFile {
  return { filename, contentType: 'image/png', sizeBytes: bytes.length, open: async () => Readable.from([bytes]) };
}

async function submitted(client: OcrClient, file = image()) {
  const answer = await client.createJobFromFile(file, never);
  if (!answer.ok) throw new Error(answer.fault.message);
  return answer.value;
}

/** Does one call of a kind, on a job that exists. */
async function doCall(client: OcrClient, call: FakeCall, does: Misbehaviour) {
  const job = await submitted(client);
  server.script({ faults: [{ call, does }] });
  if (call === 'health') return client.healthCheck(null, never);
  if (call === 'submit') return client.createJobFromFile(image(), never);
  if (call === 'poll') return client.getJobStatus(job, { sinceSeq: 0, timeoutMs: 100 }, never);
  return client.getJobResult(job, never);
}

test.each<FakeCall>(['health', 'submit', 'poll', 'result'])(
  'a fault of a %s says which endpoint it is of',
  async (call) => {
    const answer = await doCall(open(), call, { kind: 'status', status: 500 });
    expect(answer).toMatchObject({ ok: false, fault: { endpoint: server.url } });
  },
);

test.each<FakeCall>(['health', 'submit', 'poll'])('so does that of a %s whose answer makes no sense', async (call) => {
  const answer = await doCall(open(), call, { kind: 'body', body: '[]' });
  expect(answer).toMatchObject({ ok: false, fault: { code: 'ocr_bad_response', endpoint: server.url } });
});

test('our token goes to configured endpoints only: a job may be at a host that is somebody else’s by now', async () => {
  const job = await submitted(open());
  const elsewhere = open({ baseUrls: ['http://127.0.0.1:9'] });
  const poll = await elsewhere.getJobStatus({ ...job, endpoint: server.url }, { sinceSeq: 0, timeoutMs: 100 }, never);
  expect(poll).toMatchObject({ ok: false, fault: { code: 'ocr_unauthorized' } });
});

describe('the whole way', () => {
  test('an image is submitted, followed to its end, and its result is what the service has, byte for byte', async () => {
    const bytes = Buffer.alloc(3_000_000, 'pixels');
    const client = open();
    const job = await submitted(client, image(bytes, '送货单 "7".png'));
    const fake = server.stats.jobs.get(job.jobId);
    expect(fake).toMatchObject({ filename: '送货单 "7".png', contentType: 'image/png', sizeBytes: bytes.length });
    expect(fake?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const status = await client.getJobStatus(job, { sinceSeq: 0, timeoutMs: 1_000 }, never);
    expect(status).toMatchObject({ ok: true, value: { done: true, progress: { donePages: 1 } } });
    const raw = await client.getJobResult(job, never);
    if (!raw.ok) throw new Error(raw.fault.message);
    expect(readResult(raw.value)).toMatchObject({ ok: true, value: { job_id: job.jobId } });
    expect(raw.value.toString()).toContain(fake?.sha256);
  });

  test('a 200 with a job_id is as good as a 201', async () => {
    server.script({ submitStatus: 200 });
    expect((await submitted(open())).jobId).not.toBe('');
  });

  test('a base URL may have a path and end in slashes', async () => {
    const answer = await open({ baseUrls: [`${server.url}/elsewhere//`] }).createJobFromFile(image(), never);
    expect(answer).toMatchObject({ ok: false, fault: { reaction: 'wait' } }); // a 404 there, and none at the root
    expect(server.stats.submits).toBe(0);
  });

  test.each(['duplicated', 'out_of_order', 'unknown_types', 'none'] as const)(
    'events that are %s end the job',
    async (events) => {
      server.script({ job: { events } });
      const client = open();
      const answer = await client.getJobStatus(await submitted(client), { sinceSeq: 0, timeoutMs: 1_000 }, never);
      expect(answer).toMatchObject({ ok: true, value: { done: true } });
    },
  );

  test('a poll is held until the job ends, longer than a request may otherwise take', async () => {
    server.script({ job: { durationMs: 2_500 } });
    const client = open({ requestTimeoutMs: 1_000 });
    const polled = client.getJobStatus(await submitted(client), { sinceSeq: 2, timeoutMs: 20_000 }, never);
    expect(await polled).toMatchObject({ ok: true, value: { done: true, lastSeq: 4 } });
  });
});

describe('a fault of the service', () => {
  const status = (code: number, headers: Record<string, string> = {}): Misbehaviour => ({
    kind: 'status',
    status: code,
    headers,
  });
  test.each<[FakeCall, Misbehaviour, object]>([
    ['submit', status(500), { reaction: 'retry', code: 'ocr_unavailable' }],
    ['submit', status(422), { reaction: 'give_up', code: 'ocr_rejected' }],
    ['submit', status(429, { 'retry-after': '7' }), { reaction: 'wait', retryAfterMs: 7_000 }],
    [
      'poll',
      status(503, { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' }),
      { reaction: 'wait', retryAfterMs: 600_000 },
    ],
    ['poll', status(404), { reaction: 'lost', code: 'ocr_job_lost' }],
    ['result', status(403), { reaction: 'wait', code: 'ocr_unauthorized' }],
    ['submit', { kind: 'reset_before' }, { reaction: 'retry', code: 'ocr_unavailable' }],
    ['submit', { kind: 'reset_after' }, { reaction: 'retry', code: 'ocr_unavailable' }],
    ['submit', { kind: 'body', body: '{"id": 1}' }, { reaction: 'retry', code: 'ocr_bad_response' }],
    ['poll', { kind: 'body', body: '<html>' }, { reaction: 'retry', code: 'ocr_bad_response' }],
    ['poll', { kind: 'truncated' }, { reaction: 'retry' }],
    ['result', { kind: 'truncated' }, { reaction: 'retry' }],
    ['result', { kind: 'oversized', bytes: 5_000_000 }, { reaction: 'retry', code: 'ocr_bad_response' }],
    ['poll', { kind: 'oversized', bytes: 5_000_000 }, { reaction: 'retry', code: 'ocr_bad_response' }],
    ['health', { kind: 'body', body: '[]' }, { reaction: 'retry', code: 'ocr_bad_response' }],
  ])('%s %j is classed', async (call, does, fault) => {
    expect(await doCall(open(), call, does)).toMatchObject({ ok: false, fault });
  });

  test.each<[FakeCall, 'headers' | 'body']>([
    ['submit', 'headers'],
    ['poll', 'headers'],
    ['result', 'body'],
  ])('a %s whose %s never come ends in a time-out', async (call, part) => {
    const answer = await doCall(open({ requestTimeoutMs: 1_000 }), call, { kind: 'hang', part });
    expect(answer).toMatchObject({ ok: false, fault: { reaction: 'retry', code: 'ocr_timeout' } });
  });

  test('nothing that it says carries our token', async () => {
    const answer = await doCall(open(), 'submit', {
      kind: 'status',
      status: 400,
      body: `{"detail":"no ${TOKEN}\\u0000 here"}`,
    });
    expect(answer).toMatchObject({ fault: { message: 'The OCR service answered 400: no [redacted]\uFFFD here' } });
  });

  test('a redirect is not followed', async () => {
    const elsewhere = await startFakeOcr();
    const headers = { location: `${elsewhere.url}/health` };
    const answer = await doCall(open(), 'health', { kind: 'status', status: 302, headers });
    expect(answer).toMatchObject({ ok: false, fault: { code: 'ocr_bad_response' } });
    expect(elsewhere.stats.healths).toBe(0);
    await elsewhere.close();
  });

  test('a service that is down is waited for, and used as soon as it is back', async () => {
    const client = open();
    await server.kill();
    expect(await client.createJobFromFile(image(), never)).toMatchObject({
      ok: false,
      fault: { reaction: 'wait', code: 'ocr_unavailable' },
    });
    await server.revive();
    expect(await client.createJobFromFile(image(), never)).toMatchObject({ ok: true });
  });

  test('a wrong token is shown as such', async () => {
    expect(await open({ token: 'other' }).healthCheck(null, never)).toMatchObject({
      fault: { reaction: 'wait', code: 'ocr_unauthorized' },
    });
  });
});

describe('what is our own doing', () => {
  test('an abort is thrown and frees the connection', async () => {
    server.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
    const client = open();
    const stop = new AbortController();
    const polled = client.getJobStatus(await submitted(client), { sinceSeq: 2, timeoutMs: 20_000 }, stop.signal);
    await server.waitFor(({ openPolls }) => openPolls === 1);
    stop.abort();
    await expect(polled).rejects.toMatchObject({ name: 'AbortError' });
    await server.waitFor(({ openPolls }) => openPolls === 0);
  });

  test('a file that cannot be read to its end is thrown as it is', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw new Error('the disk is gone');
      })(),
      { objectMode: false },
    );
    const file = { ...image(), open: async () => broken };
    await expect(open().createJobFromFile(file, never)).rejects.toThrow('the disk is gone');
  });

  test('a file of another size than told is thrown, not sent', async () => {
    await expect(open().createJobFromFile({ ...image(), sizeBytes: 3 }, never)).rejects.toThrow();
    expect(server.stats.jobs.size).toBe(0);
  });

  test('an unknown protocol is named', () => {
    expect(() => open({ protocol: 'telepathy' })).toThrow(/"telepathy" is unknown; known are: jobs/);
  });
});

describe('a cancel', () => {
  test('is sent to a service that says that it offers the call, and drops the job there', async () => {
    server.script({ health: OFFERS_CANCEL, job: { durationMs: Number.POSITIVE_INFINITY } });
    const client = open();
    const [job, other] = [await submitted(client), await submitted(client)];
    expect(await client.cancelJob(job, never)).toEqual({ ok: true, value: 'cancelled' });
    expect([...server.stats.jobs.keys()]).toEqual([other.jobId]);
    expect(await client.cancelJob(job, never)).toEqual({ ok: true, value: 'unknown_job' });
    expect(server.stats).toMatchObject({ healths: 1, cancels: 2 }); // what it said is believed for a while
  });

  test.each<[string, Record<string, unknown>]>([
    ['says nothing of it', { ok: true, queue_len: 0, worker_alive: true }],
    ['offers something else', { ok: true, extensions: { cancel_job: 'POST /jobs/{job_id}/cancel' } }],
    ['says nonsense', { ok: true, extensions: 'cancel_job' }],
  ])('is never sent to a service that %s', async (_what, health) => {
    server.script({ health });
    const client = open();
    const job = await submitted(client);
    for (let n = 0; n < 2; n += 1)
      expect(await client.cancelJob(job, never)).toEqual({ ok: true, value: 'not_offered' });
    expect(server.stats).toMatchObject({ cancels: 0, strange: 0, healths: 1 });
    expect(server.stats.jobs.has(job.jobId)).toBe(true);
  });

  test('is not sent while the service does not say how it is, and is when it does', async () => {
    server.script({
      health: OFFERS_CANCEL,
      faults: [{ call: 'health', times: 1, does: { kind: 'status', status: 503 } }],
    });
    const client = open();
    const job = await submitted(client);
    expect(await client.cancelJob(job, never)).toMatchObject({ ok: false, fault: { reaction: 'wait' } });
    expect(server.stats.cancels).toBe(0);
    expect(await client.cancelJob(job, never)).toEqual({ ok: true, value: 'cancelled' });
  });

  test('that fails is a fault, and of very many at once some are not sent', async () => {
    server.script({ health: OFFERS_CANCEL, faults: [{ call: 'cancel', does: { kind: 'status', status: 500 } }] });
    const client = open();
    const job = await submitted(client);
    expect(await client.cancelJob(job, never)).toMatchObject({ ok: false, fault: { code: 'ocr_unavailable' } });
    const before = server.stats.cancels;
    const all = await Promise.all(
      Array.from({ length: 200 }, () => client.cancelJob(job, new AbortController().signal)),
    );
    expect(all.every((answer) => !answer.ok)).toBe(true);
    expect(server.stats.cancels - before).toBe(50);
  });
});

describe('several endpoints', () => {
  test('are left alone for a while after they said that they are overloaded', async () => {
    const second = await startFakeOcr({
      plan: { token: TOKEN, faults: [{ call: 'submit', does: { kind: 'status', status: 503 } }] },
    });
    const client = open({ baseUrls: [second.url, server.url] });
    for (let n = 0; n < 4; n += 1) expect((await submitted(client)).endpoint).toBe(server.url);
    expect(second.stats.submits).toBe(1);
    await second.close();
  });

  test('share the load, are passed over while down, and keep their jobs', async () => {
    const second = await startFakeOcr({ plan: { token: TOKEN } });
    const client = open({ baseUrls: [server.url, second.url] });
    const jobs = [await submitted(client), await submitted(client)];
    expect(new Set(jobs.map(({ endpoint }) => endpoint))).toEqual(new Set(client.endpoints));
    await second.kill();
    for (let n = 0; n < 4; n += 1) expect((await submitted(client)).endpoint).toBe(server.url);
    const orphan = jobs.find(({ endpoint }) => endpoint === second.url) ?? { endpoint: '', jobId: '' };
    expect(await client.getJobStatus(orphan, { sinceSeq: 0, timeoutMs: 10 }, never)).toMatchObject({
      fault: { reaction: 'wait' },
    });
    expect(await client.healthCheck(null, never)).toMatchObject({ ok: true, value: { ok: true } });
    await second.revive();
    await second.close();
  });
});
