/**
 * The server as a process of its own, for benchmarks: PORT (a free one), LATENCY_MS to LATENCY_MAX_MS from a submit to the
 * end of its job (0, and the same), READ_UPLOADS=1 to hash what comes. Tells its address to its parent, or on the standard output.
 */
import { startFakeOcr } from './index.ts';

const { PORT = '0', LATENCY_MS = '0', LATENCY_MAX_MS = LATENCY_MS, READ_UPLOADS = '0' } = process.env;
const spreadMs = Number(LATENCY_MAX_MS) - Number(LATENCY_MS);
const server = await startFakeOcr({
  port: Number(PORT),
  cheap: READ_UPLOADS !== '1',
  plan: { job: () => ({ durationMs: Number(LATENCY_MS) + Math.random() * spreadMs }) },
});
if (process.send === undefined) process.stdout.write(`${server.url}\n`);
else process.send({ type: 'listening', port: server.port, url: server.url });

const stop = () => void server.close().then(() => process.exit(0));
process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop);
