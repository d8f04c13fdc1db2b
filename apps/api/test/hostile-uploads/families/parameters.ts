import { picture } from '../../upload/sample-images.ts';
import { type Attack, form, formRequest, part, request, UPLOAD } from '../request.ts';

const FORM = form(part(await picture(8, 8).png().toBuffer()));
const ID = '01a20b7c-0000-7000-8000-000000000000';
const INVALID_ID = '400 invalid_id';
const INVALID = '400 invalid_request';
const get = (path: string, ...headers: readonly string[]) => request({ method: 'GET', path, headers });
const uploadTo = (query: string, ...headers: readonly string[]) => formRequest(FORM, { path: UPLOAD + query, headers });

/** Paths, queries and headers that mean to be more than they are. */
export const parameters: readonly Attack[] = [
  ['an id that is a path', get('/api/v1/tasks/..%2f..%2fetc%2fpasswd'), INVALID_ID],
  ['an id with a NUL', get('/api/v1/tasks/%00'), INVALID_ID],
  ['an id that is no UTF-8', get('/api/v1/tasks/%ff%fe'), INVALID],
  ['an id that is badly encoded', get('/api/v1/tasks/%zz'), INVALID],
  ['an id that is cut off', get(`/api/v1/tasks/${ID.slice(0, -1)}`), INVALID_ID],
  ['an id with something behind it', get(`/api/v1/tasks/${ID}'--`), INVALID_ID],
  ['an id in braces', get(`/api/v1/tasks/%7B${ID}%7D`), INVALID_ID],
  ['an id of 10 kB', get(`/api/v1/tasks/${'a'.repeat(10_000)}`), INVALID_ID],
  [
    'an id in full-width digits',
    get(`/api/v1/tasks/${encodeURIComponent('０１a20b7c-0000-7000-8000-000000000000')}`),
    INVALID_ID,
  ],
  ['an id that nobody has', get(`/api/v1/tasks/${ID}`), '404 task_not_found'],
  ['an id that nobody has, in capitals', get(`/api/v1/tasks/${ID.toUpperCase()}`), '404 task_not_found'],
  ['a path with dots', get('/api/v1/../../etc/passwd'), '404 route_not_found'],
  ['a path with encoded dots', get('/docs/%2e%2e%2f%2e%2e%2fpackage.json'), '404 route_not_found'],
  ['a path with a backslash', get('/docs/..\\..\\package.json'), '404 route_not_found'],
  ['a path with a doubled slash', get('//api/v1/tasks'), '404 route_not_found'],
  ['a path in capitals', get('/API/V1/TASKS'), '404 route_not_found'],
  ['a path that is a star', request({ method: 'OPTIONS', path: '*' }), '404 route_not_found'],
  ['start with a word', uploadTo('?start=yes'), INVALID],
  ['start twice', uploadTo('?start=true&start=false'), INVALID],
  ['start with a NUL', uploadTo('?start=true%00'), INVALID],
  ['start as a list', uploadTo('?start[]=true'), '201'],
  ['a query that pollutes a prototype', uploadTo('?__proto__[start]=true&constructor=1'), '201'],
  ['a query that is badly encoded', uploadTo('?start=%zz'), INVALID],
  ['a query of a thousand parameters', uploadTo(`?${'a=1&'.repeat(1_000)}`), '201'],
  ['an unknown status', get('/api/v1/tasks?status=gone'), INVALID],
  ['a status with a NUL', get('/api/v1/tasks?status=queued%00'), INVALID],
  ['a status twice', get('/api/v1/tasks?status=queued&status=ocr_done'), INVALID],
  ['a limit of zero', get('/api/v1/tasks?limit=0'), INVALID],
  ['a limit beyond the most', get('/api/v1/tasks?limit=201'), INVALID],
  ['a negative limit', get('/api/v1/tasks?limit=-1'), INVALID],
  ['a limit of NaN', get('/api/v1/tasks?limit=NaN'), INVALID],
  ['a limit of 1e2', get('/api/v1/tasks?limit=1e2'), INVALID],
  ['a limit that no number holds', get('/api/v1/tasks?limit=99999999999999999999'), INVALID],
  ['a limit in Arabic digits', get(`/api/v1/tasks?limit=${encodeURIComponent('٣')}`), INVALID],
  ['a cursor of nonsense', get('/api/v1/tasks?cursor=nonsense'), '400 invalid_cursor'],
  ['a cursor with a NUL', get('/api/v1/tasks?cursor=%00'), '400 invalid_cursor'],
  ['a cursor of 10 kB', get(`/api/v1/tasks?cursor=${'a'.repeat(10_000)}`), INVALID],
  ['a cursor that is empty', get('/api/v1/tasks?cursor='), '400 invalid_cursor'],
  [
    'an event cursor that no number holds',
    get(`/api/v1/tasks/${ID}/events?cursor=99999999999999999999999`),
    '404 task_not_found',
  ],
  ['an empty Idempotency-Key', uploadTo('', 'Idempotency-Key:'), '400 invalid_idempotency_key'],
  [
    'an Idempotency-Key of 256 characters',
    uploadTo('', `Idempotency-Key: ${'k'.repeat(256)}`),
    '400 invalid_idempotency_key',
  ],
  ['an Idempotency-Key of 255 characters', uploadTo('', `Idempotency-Key: ${'k'.repeat(255)}`), '201'],
  ['an Idempotency-Key in Chinese', uploadTo('', 'Idempotency-Key: 钥匙'), '400 invalid_idempotency_key'],
  ['an Idempotency-Key of SQL', uploadTo('', `Idempotency-Key: '); drop table tasks; --`), '201'],
  ['an X-Request-Id that forges a log line', uploadTo('', 'X-Request-Id: a","level":"fatal'), '201'],
  ['languages without end', uploadTo('', `Accept-Language: ${'zh,'.repeat(3_000)}`), '201'],
  ['a language that is none', uploadTo('', 'Accept-Language: ;q=;;,=,*;q=x'), '201'],
  [
    'tags without end',
    get(`/api/v1/tasks/${ID}/image`, `If-None-Match: ${'"a",'.repeat(2_000)}`),
    '404 task_not_found',
  ],
  ['a key for nothing', uploadTo('', 'Authorization: Basic !!!', 'X-API-Key: \xff'), '201'],
];
