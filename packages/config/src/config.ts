import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from './config-error.ts';
import { type Environment, environment } from './environment.ts';
import { type ApiKey, parseApiKeys } from './secrets.ts';
import { type Variables, variables } from './variables.ts';

/** Level and form of log lines. */
export interface LogConfig {
  readonly level: Variables['LOG_LEVEL'];
  readonly format: 'pretty' | 'json';
}

/** Where the rows are. */
export interface DatabaseConfig {
  readonly databaseUrl: string;
  readonly log: LogConfig;
}

/** Where the queues are: Redis, or the database when there is none. */
export interface QueueConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
}

/** How the OCR service is reached. Times in ms, sizes in bytes. */
export interface OcrConfig {
  readonly protocol: string;
  readonly baseUrls: readonly string[];
  readonly token: string | null;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxResultBytes: number;
}

/** Concurrency and retry policy of one stage. */
export interface StageSettings {
  readonly concurrency: number;
  readonly attempts: number;
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
}

type StageName = Variables['WORKER_STAGES'][number];

/** What `apps/api` runs with. */
export interface ApiConfig extends DatabaseConfig {
  readonly host: string;
  readonly port: number;
  readonly queue: QueueConfig;
  readonly ocr: OcrConfig;
  readonly storageUrl: string;
  readonly apiKeys: readonly ApiKey[];
  readonly maxUploadBytes: number;
  readonly maxImagePixels: number;
  /** Of a document that is read page by page. */
  readonly maxPages: number;
  /** Whether the OCR service takes PDFs as they are. */
  readonly ocrTakesPdf: boolean;
  /** How finely pages of PDFs become pictures, pixels an inch. */
  readonly renderDpi: number;
  readonly uploadTimeoutMs: number;
  /** Tasks that may wait before uploads are refused. */
  readonly maxBacklog: number;
  /** Room for images below which uploads are refused; 0 refuses none. */
  readonly minFreeBytes: number;
  readonly startWaitMs: number;
  readonly taskDeadlineMs: number;
}

/** What `apps/worker` runs with. */
export interface WorkerConfig extends DatabaseConfig {
  readonly queue: QueueConfig;
  readonly ocr: OcrConfig & { readonly pollMs: number; readonly maxInFlight: number | null };
  readonly storageUrl: string;
  /** How finely pages of PDFs become pictures, pixels an inch: as the API reckons. */
  readonly renderDpi: number;
  /** Of the picture of a page. */
  readonly maxImagePixels: number;
  readonly stages: Readonly<Record<StageName, StageSettings>>;
  readonly takes: readonly StageName[];
  readonly taskTimeoutMs: number;
  readonly endpointLostMs: number;
  readonly reconcileIntervalMs: number;
  readonly sweepIntervalMs: number;
  /** Of the API that shares the store: what is older than a multiple of it, no upload needs. */
  readonly uploadTimeoutMs: number;
  /** Null: kept for ever. */
  readonly retentionDays: number | null;
  readonly maxResubmits: number;
  readonly healthHost: string;
  readonly healthPort: number | null;
}

/** What `apps/ocr-engine` runs with. */
export interface EngineConfig {
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  readonly threads: number | null;
  readonly queueLimit: number;
  readonly resultTtlMs: number;
  readonly maxUploadBytes: number;
  readonly maxImagePixels: number;
  readonly log: LogConfig;
}

/** What `npm start` and `npm run demo` run with: null means that the embedded part is used. */
export interface StackConfig {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly ocrBaseUrl: string | null;
  readonly ocrToken: string | null;
  readonly log: LogConfig;
}

/** What `npm run doctor` looks at: null means that the embedded part is meant. */
export interface DoctorConfig {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly storageUrl: string;
  readonly ocr: Omit<OcrConfig, 'baseUrls'> & { readonly baseUrls: readonly string[] | null };
  readonly minFreeBytes: number;
  readonly uploadTimeoutMs: number;
  readonly taskDeadlineMs: number;
  /** Whether an API with these settings would refuse to listen: on every address, and without keys. */
  readonly isOpenWithoutKeys: boolean;
  /** Nothing of these may be shown. */
  readonly secrets: readonly string[];
}

/** @throws ConfigError naming the first variable that is wrong. */
export function loadApiConfig(env: Environment = environment()): ApiConfig {
  const vars = parse(env);
  const config: ApiConfig = {
    ...databaseConfig(vars),
    host: vars.HOST,
    port: vars.PORT,
    queue: queueConfig(vars),
    ocr: ocrConfig(vars),
    storageUrl: storageUrl(vars),
    apiKeys: parseApiKeys(vars.API_KEYS),
    maxUploadBytes: vars.MAX_UPLOAD_BYTES,
    maxImagePixels: vars.MAX_IMAGE_PIXELS,
    maxPages: vars.MAX_PAGES,
    ocrTakesPdf: vars.OCR_ACCEPTS?.includes('pdf') ?? false,
    renderDpi: vars.RENDER_DPI,
    uploadTimeoutMs: vars.UPLOAD_TIMEOUT_MS,
    maxBacklog: vars.MAX_BACKLOG,
    minFreeBytes: vars.MIN_FREE_BYTES,
    startWaitMs: vars.START_WAIT_MS,
    taskDeadlineMs: vars.TASK_DEADLINE_MS,
  };
  if (config.apiKeys.length === 0 && !isLoopback(config.host)) {
    throw new ConfigError(
      `HOST: without API_KEYS the API listens on loopback only, not on ${config.host}; set API_KEYS=name:key (at least 32 characters a key)`,
    );
  }
  return config;
}

/** @throws ConfigError naming the first variable that is wrong. */
export function loadWorkerConfig(env: Environment = environment()): WorkerConfig {
  const vars = parse(env);
  return {
    ...databaseConfig(vars),
    queue: queueConfig(vars),
    ocr: { ...ocrConfig(vars), pollMs: vars.OCR_POLL_MS, maxInFlight: vars.OCR_MAX_IN_FLIGHT ?? null },
    storageUrl: storageUrl(vars),
    renderDpi: vars.RENDER_DPI,
    maxImagePixels: vars.MAX_IMAGE_PIXELS,
    stages: {
      split: stageSettings(vars, 'SPLIT'),
      submit: stageSettings(vars, 'SUBMIT'),
      poll: stageSettings(vars, 'POLL'),
      store: stageSettings(vars, 'STORE'),
    },
    takes: [...new Set(vars.WORKER_STAGES)],
    taskTimeoutMs: vars.TASK_TIMEOUT_MS,
    endpointLostMs: vars.ENDPOINT_LOST_MS,
    reconcileIntervalMs: vars.RECONCILE_INTERVAL_MS,
    sweepIntervalMs: vars.SWEEP_INTERVAL_MS,
    uploadTimeoutMs: vars.UPLOAD_TIMEOUT_MS,
    retentionDays: vars.RETENTION_DAYS ?? null,
    maxResubmits: vars.MAX_RESUBMITS,
    healthHost: vars.HOST,
    healthPort: vars.HEALTH_PORT ?? null,
  };
}

/** @throws ConfigError naming the first variable that is wrong. */
export function loadEngineConfig(env: Environment = environment()): EngineConfig {
  const vars = parse(env);
  return {
    host: vars.HOST,
    port: vars.PORT,
    token: vars.OCR_TOKEN ?? null,
    threads: vars.ENGINE_THREADS ?? null,
    queueLimit: vars.ENGINE_QUEUE_LIMIT,
    resultTtlMs: vars.ENGINE_RESULT_TTL_MS,
    maxUploadBytes: vars.MAX_UPLOAD_BYTES,
    maxImagePixels: vars.MAX_IMAGE_PIXELS,
    log: logConfig(vars),
  };
}

/** @throws ConfigError naming the first variable that is wrong. */
export function loadStackConfig(env: Environment = environment()): StackConfig {
  const vars = parse(env);
  return {
    host: vars.HOST,
    port: vars.PORT,
    dataDir: resolve(vars.DATA_DIR),
    databaseUrl: vars.DATABASE_URL ?? null,
    redisUrl: vars.REDIS_URL ?? null,
    ocrBaseUrl: vars.OCR_BASE_URL?.join(',') ?? null,
    ocrToken: vars.OCR_TOKEN ?? null,
    log: logConfig(vars),
  };
}

/** @throws ConfigError naming the first variable that is wrong. */
export function loadDatabaseConfig(env: Environment = environment()): DatabaseConfig {
  return databaseConfig(parse(env));
}

/** @throws ConfigError naming the first variable that is wrong. */
export function loadDoctorConfig(env: Environment = environment()): DoctorConfig {
  const vars = parse(env);
  const apiKeys = parseApiKeys(vars.API_KEYS);
  return {
    dataDir: resolve(vars.DATA_DIR),
    databaseUrl: vars.DATABASE_URL ?? null,
    redisUrl: vars.REDIS_URL ?? null,
    storageUrl: storageUrl(vars),
    ocr: { ...ocrConfig({ ...vars, OCR_BASE_URL: vars.OCR_BASE_URL ?? [] }), baseUrls: vars.OCR_BASE_URL ?? null },
    minFreeBytes: vars.MIN_FREE_BYTES,
    uploadTimeoutMs: vars.UPLOAD_TIMEOUT_MS,
    taskDeadlineMs: vars.TASK_DEADLINE_MS,
    isOpenWithoutKeys: apiKeys.length === 0 && !isLoopback(vars.HOST),
    secrets: [
      ...apiKeys.map(({ key }) => key),
      ...[vars.OCR_TOKEN, ...[vars.DATABASE_URL, vars.REDIS_URL, ...(vars.OCR_BASE_URL ?? [])].flatMap(passwordsIn)],
    ].filter((secret) => secret !== undefined),
  };
}

/** Every variable that is wrong, a line each: what the loaders say of the first of them. */
export function configProblems(env: Environment = environment()): string[] {
  const parsed = variables.safeParse(whatIsSet(env));
  if (!parsed.success) return [...new Set(parsed.error.issues.map(toLine))];
  try {
    parseApiKeys(parsed.data.API_KEYS);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
}

function parse(env: Environment): Variables {
  const parsed = variables.safeParse(whatIsSet(env));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ConfigError(issue === undefined ? 'environment: is not valid' : toLine(issue));
}

/** A variable that is set to nothing, as compose files do, is a variable that is not set. */
function whatIsSet(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
}

function toLine(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${String(issue.path[0] ?? 'environment')}: ${issue.message}`;
}

/** What stands between `:` and `@` of a URL, as it is written and as it is meant. */
function passwordsIn(url: string | undefined): string[] {
  const written = /\/\/[^/@]*?:([^/]*)@/.exec(url ?? '')?.[1] ?? '';
  if (written === '') return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written]; // no valid escape: it is meant as it is written
  }
}

function databaseConfig(vars: Variables): DatabaseConfig {
  return {
    databaseUrl: required(vars.DATABASE_URL, 'DATABASE_URL', 'postgres://user:password@host/database'),
    log: logConfig(vars),
  };
}

function queueConfig(vars: Variables): QueueConfig {
  return { databaseUrl: databaseConfig(vars).databaseUrl, redisUrl: vars.REDIS_URL ?? null };
}

function ocrConfig(vars: Variables): OcrConfig {
  return {
    protocol: vars.OCR_PROTOCOL,
    baseUrls: required(vars.OCR_BASE_URL, 'OCR_BASE_URL', 'http://127.0.0.1:8080'),
    token: vars.OCR_TOKEN ?? null,
    connectTimeoutMs: vars.OCR_CONNECT_TIMEOUT_MS,
    requestTimeoutMs: vars.OCR_REQUEST_TIMEOUT_MS,
    maxResultBytes: vars.OCR_MAX_RESULT_BYTES,
  };
}

function stageSettings(vars: Variables, stage: Uppercase<StageName>): StageSettings {
  return {
    concurrency: vars[`${stage}_CONCURRENCY`],
    attempts: vars[`${stage}_ATTEMPTS`],
    backoffMs: vars[`${stage}_BACKOFF_MS`],
    backoffMaxMs: vars[`${stage}_BACKOFF_MAX_MS`],
  };
}

function storageUrl(vars: Variables): string {
  return vars.STORAGE_URL ?? pathToFileURL(resolve(vars.DATA_DIR, 'images')).href;
}

function logConfig(vars: Variables): LogConfig {
  return { level: vars.LOG_LEVEL, format: vars.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json') };
}

function required<T>(value: T | undefined, name: string, example: string): T {
  if (value === undefined) {
    throw new ConfigError(`${name}: must be set, for example ${example} (npm start brings its own)`);
  }
  return value;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
