/** Stands for the api, the worker and the engine: answers with its pid and what it was given, and does as it is told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stopWhenParentGone, tellParent } from '@ocrelay/lifecycle';

const mode = process.env['CHILD_MODE'] ?? '';
console.log(`started as pid ${process.pid}`);
if (mode === 'misconfigured') {
  console.error('PORT: must be a port');
  process.exit(78);
}
if (mode !== 'deaf') process.on('SIGTERM', () => process.exit(0));
else process.on('SIGTERM', () => console.log('SIGTERM heard, and ignored'));
stopWhenParentGone();

const server = createServer((request, response) => {
  if (request.url === '/crash') process.exit(3);
  const { DATABASE_URL, OCR_BASE_URL, OCR_TOKEN, REDIS_URL, UV_THREADPOOL_SIZE } = process.env;
  const env = { DATABASE_URL, OCR_BASE_URL, OCR_TOKEN, REDIS_URL, UV_THREADPOOL_SIZE };
  response.end(JSON.stringify({ pid: process.pid, env }));
});
server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  if (mode !== 'silent') tellParent({ type: 'listening', port: (server.address() as AddressInfo).port });
});
