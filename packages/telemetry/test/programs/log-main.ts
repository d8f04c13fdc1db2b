/** Logs what a test needs to see, in the form that the first argument names. */
import { createLogger, createWorkerMetrics, stageBroke, taskFailed, taskRetries } from '@ocrelay/telemetry';

const log = createLogger({ name: 'worker', level: 'info', format: process.argv[2] === 'pretty' ? 'pretty' : 'json' });
const task = {
  taskId: '0198c0de-0000-7000-8000-000000000001',
  stage: 'poll',
  generation: 2,
  attempt: 3,
  claimedAtMs: 0,
};
const telemetry = { log, metrics: createWorkerMetrics() };

const secrets = {
  token: 'SECRET-1',
  api_key: 'SECRET-2',
  apiKey: 'SECRET-3',
  password: 'SECRET-4',
  authorization: 'Bearer SECRET-5',
  cookie: 'session=SECRET-6',
  'x-api-key': 'SECRET-7',
  databaseUrl: 'postgres://u:SECRET-8@host/db',
  redisUrl: 'redis://:SECRET-9@host',
  connectionString: 'postgres://u:SECRET-10@host/db',
};
log.info({ ...secrets }, 'at the top');
log.info({ config: secrets }, 'one deep');
log.info({ req: { headers: secrets } }, 'two deep');
log.info({ answer: { of: [{ headers: secrets }] } }, 'in a list');
log.info(
  { headers: { Authorization: ['Bearer SECRET-11', 'SECRET-12'], 'Set-Cookie': { value: 'SECRET-13' } } },
  'as headers',
);
log.child({ request_id: 'r-1' }).info({ headers: secrets }, 'in a child');
let deep: object = { ...secrets };
for (let level = 0; level < 4_000; level += 1) deep = { deep };
log.info({ task_id: task.taskId, ...secrets, deep }, 'too deep');
log.debug('not at this level');
taskRetries(telemetry, task, 'ocr_timeout', 'no answer', 1_500);
taskFailed(telemetry, task, 'ocr_job_failed', '读取失败');
stageBroke(log, task, new Error('outer', { cause: new Error('inner') }));
