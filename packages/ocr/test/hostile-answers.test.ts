/** Whatever a service answers, the client says what it was, and goes on. */

import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type FakeCall,
  type FakeOcr,
  type Misbehaviour,
  startFakeOcr,
} from '../../../test/support/ocr-server/index.ts';
import { createOcrClient, type OcrClient } from '../src/index.ts';

const never = new AbortController().signal;
const image = {
  filename: 'scan.png',
  contentType: 'image/png',
  sizeBytes: 3,
  open: async () => Readable.from([Buffer.from('png')]),
};

let server: FakeOcr;
let elsewhere: FakeOcr;
let client: OcrClient;
beforeAll(async () => {
  [server, elsewhere] = await Promise.all([startFakeOcr(), startFakeOcr()]);
  client = createOcrClient({
    protocol: 'jobs',
    baseUrls: [server.url],
    token: 'the-secret-token',
    connectTimeoutMs: 500,
    requestTimeoutMs: 500,
    maxResultBytes: 2_000_000,
    pollConnections: 4,
  });
});
afterAll(async () => {
  await client.close();
  await Promise.all([server.close(), elsewhere.close()]);
});

async function call(kind: FakeCall, does: Misbehaviour | null) {
  server.script({ faults: [] });
  const made = await client.createJobFromFile(image, never);
  if (!made.ok) throw new Error(made.fault.message);
  if (does !== null) server.script({ faults: [{ call: kind, does }] });
  if (kind === 'health') return client.healthCheck(null, never);
  if (kind === 'submit') return client.createJobFromFile(image, never);
  if (kind === 'poll') return client.getJobStatus(made.value, { sinceSeq: 0, timeoutMs: 100 }, never);
  return client.getJobResult(made.value, never);
}

const BAD = { reaction: 'retry', code: 'ocr_bad_response' };
const LATE = { reaction: 'retry', code: 'ocr_timeout' };
const BROKEN = { reaction: 'retry', code: 'ocr_unavailable' };
const HEAD = 'HTTP/1.1 200 OK\r\n';
const raw = (ending: 'ends' | 'holds' | 'repeats', ...bytes: (string | Buffer)[]): Misbehaviour => ({
  kind: 'raw',
  bytes,
  ending,
});

/** Not about what is said: no HTTP, too much of it, or never an end. */
const FRAMES: ReadonlyArray<readonly [what: string, does: Misbehaviour, fault: object]> = [
  ['no HTTP', raw('ends', 'SSH-2.0-OpenSSH_9.6\r\n'), BAD],
  ['nothing', raw('ends', ''), BROKEN],
  ['an endless header', raw('repeats', `${HEAD}X: `, 'y'.repeat(1_000)), BAD],
  ['headers without end', raw('repeats', HEAD, 'X-Filler: 1\r\n'.repeat(100)), BAD],
  ['interim answers without end', raw('repeats', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(20)), LATE],
  ['a header that never ends', raw('holds', `${HEAD}X: y`), LATE],
  ['two lengths', raw('ends', `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`), BAD],
  [
    'a length and chunks',
    raw('ends', `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`),
    BAD,
  ],
  ['a length that is none', raw('ends', `${HEAD}Content-Length: many\r\n\r\n{}`), BAD],
  ['less than it says', raw('ends', `${HEAD}Content-Length: 100\r\n\r\n{}`), BROKEN],
  ['a chunk of no size', raw('ends', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}`), BAD],
  [
    'chunks without end',
    raw('repeats', `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, `1000\r\n${' '.repeat(4096)}\r\n`),
    BAD,
  ],
  ['a body without end', raw('repeats', `${HEAD}\r\n`, ' '.repeat(65_536)), BAD],
  ['200 MB', { kind: 'oversized', bytes: 200_000_000 }, BAD],
  ['a slow trickle', { kind: 'trickle', everyMs: 100 }, LATE],
  ['an upgrade', raw('holds', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'), BROKEN],
];

const body = (text: string | Buffer): Misbehaviour => ({ kind: 'body', body: text });
/** Answers that are HTTP, and not what the protocol says. */
const BODIES: ReadonlyArray<readonly [what: string, text: string | Buffer]> = [
  ['nothing', ''],
  ['HTML', '<html><body>502</body></html>'],
  ['NaN', 'NaN'],
  ['a field of NaN', '{"ok":NaN,"job_id":NaN,"events":NaN,"done":NaN}'],
  ['null', 'null'],
  ['a number', '17'],
  ['a text', '"finished"'],
  ['a list', '[]'],
  ['nothing in it', '{}'],
  ['a byte order mark alone', '\uFEFF'],
  ['UTF-16', Buffer.from('{"ok":true,"job_id":"a","events":[]}', 'utf16le')],
  ['gzip that nobody asked for', gzipSync('{"ok":true,"job_id":"a","events":[]}')],
  ['bytes', Buffer.from([0, 1, 2, 0xff, 0xfe])],
  ['lists nested 200,000 deep', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['lists that are never closed', '['.repeat(500_000)],
  ['objects nested 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['what it should say, inherited', '{"__proto__":{"ok":true,"job_id":"a","events":[],"done":false}}'],
  ['every field of another type', '{"ok":"yes","job_id":{"a":1},"events":{"a":1},"last_seq":"x","done":"no"}'],
];

describe.each<FakeCall>(['health', 'submit', 'poll', 'result'])('a %s that is answered with', (kind) => {
  test.each(FRAMES)('%s', async (_what, does, fault) => {
    expect(await call(kind, does)).toMatchObject({ ok: false, fault });
    expect(await call(kind, null)).toMatchObject({ ok: true });
  });

  test.each([301, 302, 303, 307, 308])(
    'a redirect of %i to another host, which hears nothing of us',
    async (status) => {
      const headers = { location: `${elsewhere.url}/health` };
      expect(await call(kind, { kind: 'status', status, headers })).toMatchObject({ ok: false, fault: BAD });
      const { healths, submits, polls, results } = elsewhere.stats;
      expect(healths + submits + polls + results).toBe(0);
    },
  );
});

describe.each<FakeCall>(['health', 'submit', 'poll'])('the answer to a %s that says', (kind) => {
  test.each(BODIES)('%s makes no sense', async (_what, text) => {
    expect(await call(kind, body(text))).toMatchObject({ ok: false, fault: BAD });
  });
});

describe('what else a healthy service says', () => {
  const said = async (more: string) => {
    const answer = await call('health', body(`{"ok":true,"queue_len":1,${more}}`));
    if (!answer.ok) throw new Error(answer.fault.message);
    return answer.value;
  };

  test('is passed on when it is simple, without our token', async () => {
    expect(await said('"version":"2 the-secret-token\\u0000","gpus":2,"warm":true,"since":null')).toEqual({
      ok: true,
      queue_len: 1,
      version: '2 [redacted]\uFFFD',
      gpus: 2,
      warm: true,
      since: null,
    });
  });

  test.each([
    ['nested deeper than a call stack', `"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['of a prototype', '"__proto__":{"admin":true}'],
  ])('is left out when it is %s', async (_what, more) => {
    const health = await said(more);
    expect(JSON.stringify(health)).toBe('{"ok":true,"queue_len":1}');
    expect(Object.getPrototypeOf(health)).toBe(Object.prototype);
  });
});

test('a job id that is a path stays one part of a path', async () => {
  const answer = await call('submit', body('{"job_id":"../../admin?x=1#y"}'));
  if (!answer.ok) throw new Error(answer.fault.message);
  const job = answer.value as { endpoint: string; jobId: string };
  server.script({ faults: [] });
  expect(await client.getJobResult(job, never)).toMatchObject({ ok: false, fault: { reaction: 'lost' } });
});
