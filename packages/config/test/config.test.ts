import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import {
  ConfigError,
  configProblems,
  type Environment,
  loadApiConfig,
  loadDatabaseConfig,
  loadDoctorConfig,
  loadEngineConfig,
  loadStackConfig,
  loadWorkerConfig,
  parseApiKeys,
} from '../src/index.ts';

const NEEDED = { DATABASE_URL: 'postgres://db.test/ocrelay', OCR_BASE_URL: 'http://ocr.test:8080' };
const KEY = 'k'.repeat(32);

/** The message of the ConfigError that comes. */
function refusal(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('without any settings', () => {
  test('the API', () => {
    expect(loadApiConfig(NEEDED)).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      databaseUrl: NEEDED.DATABASE_URL,
      queue: { databaseUrl: NEEDED.DATABASE_URL, redisUrl: null },
      ocr: {
        protocol: 'jobs',
        baseUrls: [NEEDED.OCR_BASE_URL],
        token: null,
        connectTimeoutMs: 5_000,
        requestTimeoutMs: 60_000,
        maxResultBytes: 67_108_864,
      },
      storageUrl: pathToFileURL(resolve('.data/images')).href,
      apiKeys: [],
      maxUploadBytes: 20_971_520,
      maxImagePixels: 100_000_000,
      maxPages: 500,
      renderDpi: 200,
      uploadTimeoutMs: 120_000,
      startWaitMs: 10_000,
      taskDeadlineMs: 86_400_000,
    });
  });

  test('a worker', () => {
    const config = loadWorkerConfig(NEEDED);
    expect(config).toMatchObject({
      ocr: { pollMs: 25_000 },
      takes: ['split', 'submit', 'poll', 'store'],
      taskTimeoutMs: 3_600_000,
      reconcileIntervalMs: 5_000,
      maxResubmits: 3,
      renderDpi: 200,
      maxImagePixels: 100_000_000,
      healthPort: null,
    });
    expect(config.stages.submit).toEqual({ concurrency: 64, attempts: 5, backoffMs: 1_000, backoffMaxMs: 60_000 });
    expect(config.stages.poll).toEqual({ concurrency: 1_000, attempts: 8, backoffMs: 1_000, backoffMaxMs: 60_000 });
    expect(config.stages.store).toEqual({ concurrency: 32, attempts: 8, backoffMs: 1_000, backoffMaxMs: 60_000 });
  });

  test('the engine needs nothing', () => {
    expect(loadEngineConfig({})).toMatchObject({
      port: 8000,
      token: null,
      threads: null,
      queueLimit: 64,
      resultTtlMs: 3_600_000,
    });
  });

  test('the stack brings everything itself', () => {
    expect(loadStackConfig({})).toMatchObject({
      databaseUrl: null,
      redisUrl: null,
      ocrBaseUrl: null,
      ocrToken: null,
      dataDir: resolve('.data'),
    });
  });
});

describe('a setting', () => {
  test('of each stage is its own', () => {
    const { stages } = loadWorkerConfig({
      ...NEEDED,
      SUBMIT_ATTEMPTS: '2',
      POLL_CONCURRENCY: '3',
      STORE_BACKOFF_MS: '4',
      STORE_BACKOFF_MAX_MS: '5',
    });
    expect(stages.submit).toMatchObject({ attempts: 2, concurrency: 64 });
    expect(stages.poll).toMatchObject({ attempts: 8, concurrency: 3 });
    expect(stages.store).toMatchObject({ attempts: 8, backoffMs: 4, backoffMaxMs: 5 });
  });

  test('with several OCR services is a list, without slashes at the ends', () => {
    const { ocr } = loadWorkerConfig({ ...NEEDED, OCR_BASE_URL: 'http://a.test/, https://b.test/ocr//' });
    expect(ocr.baseUrls).toEqual(['http://a.test', 'https://b.test/ocr']);
  });

  test('of stages may leave some out, and names none twice', () => {
    expect(loadWorkerConfig({ ...NEEDED, WORKER_STAGES: 'store, poll,store' }).takes).toEqual(['store', 'poll']);
  });

  test.each(['redis://h', 'rediss://u:p@h:6380/1', 'redis+sentinel://a:1,b:2/m', 'rediss+cluster://:p@a,b:7000'])(
    'can be any kind of Redis: %s',
    (url) => {
      expect(loadWorkerConfig({ ...NEEDED, REDIS_URL: url }).queue.redisUrl).toBe(url);
    },
  );

  test.each(['', ' ', '\t'])('that is set to nothing is not set: %j', (nothing) => {
    const env = Object.fromEntries(
      ['PORT', 'REDIS_URL', 'OCR_TOKEN', 'API_KEYS', 'HEALTH_PORT', 'LOG_FORMAT', 'HOST'].map((n) => [n, nothing]),
    );
    expect(loadApiConfig({ ...NEEDED, ...env })).toEqual(loadApiConfig(NEEDED));
    expect(refusal(() => loadApiConfig({ ...NEEDED, DATABASE_URL: nothing }))).toMatch(/^DATABASE_URL: must be set/);
  });

  test('that is not known is no concern', () => {
    expect(loadApiConfig({ ...NEEDED, PATH: '/bin', PORTS: 'x' })).toEqual(loadApiConfig(NEEDED));
  });
});

describe('a bad value is one line that names the variable', () => {
  test.each<[string, string]>([
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '65536'],
    ['PORT', '0x50'],
    ['HEALTH_PORT', '1e9'],
    ['SUBMIT_ATTEMPTS', '0'],
    ['POLL_CONCURRENCY', '1000001'],
    ['MAX_RESUBMITS', 'three'],
    ['MAX_RESUBMITS', '9'.repeat(400)],
    ['STORE_BACKOFF_MS', '0'],
    ['TASK_TIMEOUT_MS', '2147483648'],
    ['MAX_UPLOAD_BYTES', '20MB'],
    ['OCR_ACCEPTS', 'docx'],
    ['MAX_PAGES', '0'],
    ['RENDER_DPI', '71'],
    ['RENDER_DPI', '601'],
    ['OCR_MAX_RESULT_BYTES', '9'.repeat(20)],
    ['DATABASE_URL', 'mysql://h/d'],
    ['DATABASE_URL', 'localhost'],
    ['REDIS_URL', 'http://h'],
    ['REDIS_URL', 'redis://'],
    ['OCR_BASE_URL', 'ftp://h'],
    ['OCR_BASE_URL', 'http://a.test,,http://b.test'],
    ['STORAGE_URL', '/srv/images'],
    ['WORKER_STAGES', 'submit,paint'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
  ])('%s=%s', (name, value) => {
    const message = refusal(() => loadWorkerConfig({ ...NEEDED, [name]: value }));
    expect(message).toMatch(new RegExp(`^${name}: .`));
    expect(message).not.toContain('\n');
    expect(message).not.toMatch(/undefined|Invalid input/);
  });

  test.each<[string, (env: Environment) => unknown]>([
    ['DATABASE_URL', loadApiConfig],
    ['DATABASE_URL', loadWorkerConfig],
    ['DATABASE_URL', loadDatabaseConfig],
  ])('a missing one too: %s', (name, load) => {
    expect(refusal(() => load({ OCR_BASE_URL: 'http://ocr.test' }))).toMatch(
      new RegExp(`^${name}: must be set, for example`),
    );
  });

  test('and never shows a password', () => {
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'OCR_BASE_URL', 'API_KEYS']) {
      expect(refusal(() => loadApiConfig({ ...NEEDED, [name]: 'gopher://user:hunter2@host' }))).not.toContain(
        'hunter2',
      );
    }
  });
});

describe('API keys', () => {
  test('are pairs of name and key', () => {
    expect(parseApiKeys(`scanner:${KEY}, portal-2:${KEY}:x`)).toEqual([
      { name: 'scanner', key: KEY },
      { name: 'portal-2', key: `${KEY}:x` },
    ]);
    expect(parseApiKeys(undefined)).toEqual([]);
    expect(parseApiKeys(' ')).toEqual([]);
  });

  test.each([
    ['without a name', `:${KEY}`, 'pair 1'],
    ['without a key', 'scanner', 'pair 1'],
    ['with an empty pair', `scanner:${KEY},`, 'pair 2'],
    ['with a name of other characters', `my scanner:${KEY}`, 'pair 1'],
    ['with a key of 31 characters', `scanner:${'k'.repeat(31)}`, 'fewer than 32'],
    ['with a name twice', `a:${KEY},a:${KEY}x`, 'twice'],
  ])('are refused %s', (_what, value, reason) => {
    const message = refusal(() => loadApiConfig({ ...NEEDED, API_KEYS: value }));
    expect(message).toMatch(/^API_KEYS: /);
    expect(message).toContain(reason);
    expect(message).not.toContain('kkk');
  });
});

describe('an API without keys', () => {
  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('listens on %s', (host) => {
    expect(loadApiConfig({ ...NEEDED, HOST: host }).host).toBe(host);
  });

  test.each(['0.0.0.0', '::', '10.0.0.5', 'ocrelay.test', '127.evil.test', 'localhost.test'])('refuses %s', (host) => {
    expect(refusal(() => loadApiConfig({ ...NEEDED, HOST: host }))).toMatch(/^HOST: without API_KEYS/);
    expect(loadApiConfig({ ...NEEDED, HOST: host, API_KEYS: `a:${KEY}` }).host).toBe(host);
  });

  test('does not keep a worker from any address', () => {
    expect(loadWorkerConfig({ ...NEEDED, HOST: '0.0.0.0' }).healthHost).toBe('0.0.0.0');
  });
});

describe('for who looks at an installation', () => {
  test('all that is wrong is told, a line for each variable', () => {
    expect(configProblems({})).toEqual([]);
    expect(configProblems({ PORT: 'x', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://db.test' })).toEqual([
      expect.stringMatching(/^PORT: /),
      expect.stringMatching(/^DATABASE_URL: /),
      expect.stringMatching(/^LOG_LEVEL: /),
    ]);
    expect(configProblems({ API_KEYS: 'me:short' })).toEqual([expect.stringMatching(/^API_KEYS: /)]);
  });

  test('what is not set is embedded', () => {
    expect(loadDoctorConfig({})).toMatchObject({ databaseUrl: null, redisUrl: null, ocr: { baseUrls: null } });
  });

  test('what must not be shown is known, as it is written and as it is meant', () => {
    const { secrets } = loadDoctorConfig({
      DATABASE_URL: 'postgres://me:p%40ss@db.test/x',
      REDIS_URL: 'redis+sentinel://:word@a.test:1,b.test:2/main',
      OCR_TOKEN: 'token',
      API_KEYS: `me:${KEY}`,
    });
    expect([...secrets].sort()).toEqual(['p%40ss', 'p@ss', 'token', 'word', 'word', KEY].sort());
  });

  test('an API that would be open to everybody without a key is seen', () => {
    expect(loadDoctorConfig({ HOST: '0.0.0.0' }).isOpenWithoutKeys).toBe(true);
    expect(loadDoctorConfig({ HOST: '0.0.0.0', API_KEYS: `me:${KEY}` }).isOpenWithoutKeys).toBe(false);
    expect(loadDoctorConfig({}).isOpenWithoutKeys).toBe(false);
  });
});
