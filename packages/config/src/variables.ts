import * as z from 'zod';

const whole = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);
/** Setting a timer further away than this fires it at once (Node: TIMEOUT_MAX). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const count = whole.refine((n) => n >= 1, 'must be at least 1').refine((n) => n <= 1_000_000, 'is absurdly large');
/** As a count, but none at all is a choice too. */
const times = whole.refine((n) => n <= 1_000_000, 'is absurdly large');
const bytes = whole.refine((n) => n >= 1 && Number.isSafeInteger(n), 'must be a number of bytes, at least 1');
const bytesOrNone = whole.refine(Number.isSafeInteger, 'must be a number of bytes, or 0');
const milliseconds = whole.refine((n) => n >= 1 && n <= LONGEST_TIMER_MS, `must be 1 to ${LONGEST_TIMER_MS} ms`);
const dpi = whole.refine((n) => n >= 72 && n <= 600, 'must be 72 to 600 pixels an inch');
const port = whole.refine((n) => n <= 65_535, 'must be a port, 0 to 65535');
const url = (...protocols: string[]) =>
  z.string().refine(
    (value) => {
      return URL.canParse(value) && protocols.includes(new URL(value).protocol);
    },
    `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  );

const httpUrls = z
  .string()
  .transform((value) => value.split(',').map((one) => one.trim().replace(/\/+$/, '')))
  .pipe(z.array(url('http:', 'https:')).min(1));

const stageNames = z
  .string()
  .transform((value) => value.split(',').map((one) => one.trim()))
  .pipe(z.array(z.enum(['split', 'submit', 'poll', 'store'], 'must list stages: split, submit, poll, store')).min(1));

/** `<STAGE>_*`: how one stage works and retries. */
const stage = <P extends string>(prefix: P, defaults: [string, string, string, string]) => {
  const [concurrency, attempts, backoff, backoffMax] = defaults;
  return {
    [`${prefix}_CONCURRENCY`]: count
      .prefault(concurrency)
      .describe('tasks of this stage that one worker holds at once'),
    [`${prefix}_ATTEMPTS`]: count.prefault(attempts).describe('tries before the task fails'),
    [`${prefix}_BACKOFF_MS`]: milliseconds.prefault(backoff).describe('first pause; doubles with each attempt'),
    [`${prefix}_BACKOFF_MAX_MS`]: milliseconds.prefault(backoffMax).describe('longest pause'),
  } as {
    [K in `${P}_CONCURRENCY` | `${P}_ATTEMPTS`]: z.ZodPrefault<typeof count>;
  } & { [K in `${P}_BACKOFF_MS` | `${P}_BACKOFF_MAX_MS`]: z.ZodPrefault<typeof milliseconds> };
};

/** Every variable that Ocrelay knows: its type, its default, what it is for. `.env.example` lists the same. */
export const variables = z.object({
  HOST: z.string().min(1).prefault('127.0.0.1').describe('address to listen on'),
  PORT: port.prefault('8000').describe('port to listen on; 0 takes any free one'),
  DATABASE_URL: url('postgres:', 'postgresql:').optional().describe('Postgres; embedded when unset'),
  REDIS_URL: z
    .string()
    .refine((value) => {
      // A Cluster or Sentinel list has several hosts, which URL cannot parse: the first one stands for all.
      return /^rediss?(\+sentinel|\+cluster)?:\/\/[^\s]+$/.test(value);
    }, 'must begin with redis://, rediss://, redis+cluster:// or redis+sentinel://')
    .optional()
    .describe('Redis or Valkey for the queues; on Postgres when unset'),
  OCR_BASE_URL: httpUrls.optional().describe('the OCR service; several are separated by commas'),
  OCR_TOKEN: z.string().min(1).optional().describe('bearer token of the OCR service'),
  OCR_PROTOCOL: z.enum(['jobs'], 'must be one of: jobs').prefault('jobs').describe('adapter for the OCR service'),
  OCR_ACCEPTS: z
    .string()
    .transform((value) => value.split(',').map((one) => one.trim()))
    .pipe(z.array(z.enum(['pdf'], 'must list what the OCR service takes beside images: pdf')))
    .optional()
    .describe('what the OCR service takes whole, beside images; all else is sent page by page'),
  OCR_CONNECT_TIMEOUT_MS: milliseconds.prefault('5000'),
  OCR_REQUEST_TIMEOUT_MS: milliseconds.prefault('60000'),
  OCR_POLL_MS: milliseconds.prefault('25000').describe("the long poll's timeout_ms"),
  OCR_MAX_RESULT_BYTES: bytes.prefault(String(64 * 1024 * 1024)),
  OCR_MAX_IN_FLIGHT: count.optional().describe('most jobs one OCR endpoint is given at a time, over all workers'),
  ENDPOINT_LOST_MS: milliseconds
    .prefault('600000')
    .describe('an endpoint away for so long has lost its jobs, where there is another one'),
  STORAGE_URL: z
    .string()
    .regex(/^file:\/\/\/[^/?#][^?#]*$/, 'must be an absolute file URL: file:///path/to/folder')
    .optional()
    .describe('image store; a folder of DATA_DIR when unset'),
  DATA_DIR: z.string().min(1).prefault('.data').describe('everything embedded lives here'),
  API_KEYS: z.string().optional().describe('name:key,name:key; without any the API listens on loopback only'),
  MAX_UPLOAD_BYTES: bytes.prefault('20971520'),
  MAX_IMAGE_PIXELS: bytes.prefault('100000000').describe('of an image, and of each page of a document'),
  MAX_PAGES: count.prefault('500').describe('of a document: a PDF, or a TIFF with more than one'),
  RENDER_DPI: dpi.prefault('200').describe('how finely pages of PDFs become pictures, pixels an inch'),
  MAX_BACKLOG: count.prefault('200000').describe('so many tasks waiting, and uploads are refused'),
  MIN_FREE_BYTES: bytesOrNone
    .prefault('536870912')
    .describe('so little room for images, and uploads are refused; 0: never'),
  UPLOAD_TIMEOUT_MS: milliseconds.prefault('120000').describe('from the first byte to the row'),
  START_WAIT_MS: milliseconds.prefault('10000').describe('how long a start waits for the submit'),
  ...stage('SPLIT', ['2', '5', '1000', '60000']),
  ...stage('SUBMIT', ['64', '5', '1000', '60000']),
  ...stage('POLL', ['1000', '8', '1000', '60000']),
  ...stage('STORE', ['32', '8', '1000', '60000']),
  TASK_TIMEOUT_MS: milliseconds.prefault('3600000').describe('from submission to the end of OCR'),
  TASK_DEADLINE_MS: milliseconds.prefault('86400000').describe('from start to a terminal status'),
  RECONCILE_INTERVAL_MS: milliseconds.prefault('5000'),
  MAX_RESUBMITS: times.prefault('3').describe('how often a job that the service lost is submitted again'),
  SWEEP_INTERVAL_MS: milliseconds
    .prefault('300000')
    .describe('how often files of dead uploads, images without a task and old tasks are looked for'),
  RETENTION_DAYS: count.optional().describe('tasks, results and images that are older go; kept for ever when unset'),
  HEALTH_PORT: port.optional().describe('where a worker answers /healthz, /readyz and /metrics'),
  WORKER_STAGES: stageNames.prefault('split,submit,poll,store'),
  ENGINE_THREADS: count.optional().describe('recognisers of the bundled engine; by cores and memory when unset'),
  ENGINE_QUEUE_LIMIT: count.prefault('64').describe('jobs that wait in the bundled engine before it answers 503'),
  ENGINE_RESULT_TTL_MS: milliseconds.prefault('3600000').describe('how long the bundled engine keeps a result'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).prefault('info'),
  LOG_FORMAT: z.enum(['pretty', 'json']).optional().describe('pretty on a terminal, else json'),
});

export type Variables = z.infer<typeof variables>;
