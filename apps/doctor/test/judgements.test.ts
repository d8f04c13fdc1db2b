/** What is said of what was seen: borders and words, without anything that runs. */
import { describe, expect, test } from '@jest/globals';
import type { MigrationState } from '@ocrelay/db';
import type { RedisFacts } from '@ocrelay/queue';
import type { OcrEndpoint, WorkerSeen } from '@ocrelay/tasks';
import { readArguments } from '../src/arguments.ts';
import { judgeClock } from '../src/checks/clock.ts';
import { judgeEndpoints } from '../src/checks/endpoints.ts';
import { judgeRoom } from '../src/checks/image-store.ts';
import { judgeMigrations } from '../src/checks/migrations.ts';
import { judgeRedis } from '../src/checks/queue.ts';
import { judgeWorkers } from '../src/checks/workers.ts';
import { placeOf } from '../src/place-of.ts';
import { withoutSecrets } from '../src/report.ts';

describe('the clocks', () => {
  test.each([
    [0, 0, 'ok'],
    [4_999, 0, 'ok'],
    [5_000, 0, 'warning'],
    [-5_000, 0, 'warning'],
    [5_000, 1, 'ok'],
    [59_999, 0, 'warning'],
    [-60_000, 0, 'problem'],
  ])('%i ms apart, give or take %i: %s', (aheadMs, unsureMs, severity) => {
    expect(judgeClock(aheadMs, unsureMs).severity).toBe(severity);
  });

  test('that differ are told by which is behind', () => {
    expect(judgeClock(7_000, 0).message).toBe("This machine's clock is 7 s behind that of Postgres.");
    expect(judgeClock(-7_000, 0).message).toBe("This machine's clock is 7 s ahead of that of Postgres.");
  });
});

describe('the room for images', () => {
  test.each([
    [null, 'ok'],
    [200, 'ok'],
    [199, 'warning'],
    [100, 'warning'],
    [99, 'problem'],
  ])('%s bytes where 100 must be free: %s', (freeBytes, severity) => {
    expect(judgeRoom('/srv/images', freeBytes, 100).severity).toBe(severity);
  });

  test('does not matter where MIN_FREE_BYTES is 0', () => {
    expect(judgeRoom('/srv/images', 0, 0).severity).toBe('ok');
  });
});

describe('a Redis', () => {
  const GOOD: RedisFacts = {
    address: 'cache.test:6379',
    name: 'Redis 7.2.4',
    version: '7.2.4',
    maxmemoryPolicy: 'noeviction',
    isPersistent: true,
  };
  test.each<[string, Partial<RedisFacts>, string]>([
    ['as it should be', {}, 'ok'],
    ['that tells nothing', { version: null, maxmemoryPolicy: null, isPersistent: null }, 'ok'],
    ['of 6.2', { version: '6.2.0' }, 'ok'],
    ['of 6.0', { version: '6.0.16' }, 'problem'],
    ['that evicts', { maxmemoryPolicy: 'allkeys-lru' }, 'problem'],
    ['that keeps nothing on disk', { isPersistent: false }, 'warning'],
  ])('%s', (_what, facts, severity) => {
    expect(judgeRedis({ ...GOOD, ...facts }).map((finding) => finding.severity)).toEqual([severity]);
  });
});

describe('the migrations', () => {
  const APPLIED: MigrationState = { applied: 2, pending: [], skipped: [], altered: [], unknown: 0 };
  test.each<[string, Partial<MigrationState>, string]>([
    ['all applied', {}, 'ok'],
    ['one to come', { pending: ['0002_more'] }, 'problem'],
    ['one left out', { skipped: ['0001_more'] }, 'problem'],
    ['one of a newer release', { unknown: 1 }, 'warning'],
    ['one that was edited', { altered: ['0000_tasks'] }, 'warning'],
  ])('%s', (_what, state, severity) => {
    expect(judgeMigrations({ ...APPLIED, ...state }).map((finding) => finding.severity)).toEqual([severity]);
  });

  test('of another release are no newer one while some of ours are missing', () => {
    const findings = judgeMigrations({ ...APPLIED, pending: ['0002_more'], unknown: 1 });
    expect(findings.map((finding) => finding.severity)).toEqual(['problem', 'problem']);
  });
});

describe('the workers', () => {
  const registered = { hostname: 'one', pid: 1, startedAt: new Date(0), silentForMs: 100 };
  const living: WorkerSeen = { id: 'a', registered, isAlive: true, claims: 0 };
  const dead: WorkerSeen = { ...living, id: 'b', isAlive: false };
  test.each<[WorkerSeen[], boolean, 'running' | 'stopped' | 'unused', string]>([
    [[living, dead], true, 'unused', 'ok'],
    [[dead], true, 'unused', 'problem'],
    [[], false, 'unused', 'warning'],
    [[], true, 'stopped', 'note'],
    [[], true, 'running', 'problem'],
  ])('%#', (seen, workWaits, embedded, severity) => {
    expect(judgeWorkers(seen, workWaits, embedded).severity).toBe(severity);
  });
});

describe('endpoints of the OCR service', () => {
  const well: OcrEndpoint = {
    url: 'http://one.test',
    state: 'closed',
    downSince: null,
    downForMs: null,
    trouble: null,
    failures: 0,
    jobLimit: null,
    isHeld: false,
    isProbeDue: false,
    probeTask: null,
    isProbeTaken: false,
  };
  const down: OcrEndpoint = {
    ...well,
    url: 'http://two.test',
    state: 'open',
    downSince: new Date(0),
    trouble: { code: 'ocr_unauthorized', message: 'It refuses the token.' },
  };

  test.each<[string, OcrEndpoint[], number, string[]]>([
    ['all are well', [well], 0, ['ok']],
    ['no worker has used any', [], 0, ['ok']],
    ['tasks wait in turn', [well], 7, ['note']],
    ['one of two is down', [well, down], 7, ['warning']],
    ['the only one is down', [down], 7, ['problem']],
  ])('%s', (_what, known, parked, severities) => {
    expect(judgeEndpoints(known, parked).map(({ severity }) => severity)).toEqual(severities);
  });

  test('it is said which one, since when, why, and how many wait', () => {
    expect(judgeEndpoints([down], 1)[0]?.message).toBe(
      'http://two.test is kept out of use since 1970-01-01T00:00:00.000Z; 1 task waits for the OCR service. It refuses the token.',
    );
  });
});

describe('what is printed', () => {
  test('has no secret, whatever repeats one', () => {
    expect(withoutSecrets('connect to postgres://me:hunter22@db.test failed: hunter22', ['hunter22'])).not.toContain(
      'hunter22',
    );
  });

  test('says where a URL leads, and nothing of who goes there', () => {
    expect(placeOf('postgres://me:p%40ss@db.test:5432/ocrelay?sslmode=require')).toBe('db.test:5432/ocrelay');
    expect(placeOf('redis+sentinel://:pass@a.test:1,b.test:2/main')).toBe('a.test:1,b.test:2/main');
    expect(placeOf('file:///srv/images')).toBe('/srv/images');
  });
});

test('an option that is not known is refused by its name', () => {
  expect(readArguments(['--quick'])).toMatchObject({ quick: true, repair: false });
  expect(() => readArguments(['--fast'])).toThrow('--fast');
});
