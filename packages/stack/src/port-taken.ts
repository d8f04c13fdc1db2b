import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The API can't listen where it should; the message is one line that says what to do. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

const LOOK_MS = 100;

/**
 * Says early and clearly that the API could not listen. Somebody may still take the port before it does: then the API
 * says so itself.
 * @param patienceMs how long to wait for whoever has it
 * @throws PortTaken
 */
export async function untilPortIsFree(host: string, port: number, patienceMs: number): Promise<void> {
  for (const until = Date.now() + patienceMs; ; await sleep(LOOK_MS)) {
    const problem = await portProblem(host, port);
    if (problem === null) return;
    if (problem === 'EADDRINUSE' && Date.now() < until) continue;
    const why = problem === 'EADDRINUSE' ? 'another program listens there' : problem;
    throw new PortTaken(`cannot listen on ${host}:${port}: ${why}. Set PORT (or HOST) to something else.`);
  }
}

/** Systems give none of these away by themselves, for connections or who asks for any port: @see RFC 6335, section 6. */
const LOWEST = 20_000;
const HIGHEST = 32_767;
const TRIED = 20;

/**
 * A free port on loopback that stays free while who has it is started again: the preferred one if it can be had. `get-port` alone
 * would refuse one that it has given to this process a moment ago, which is just the one that a restart wants.
 */
export async function freePort(preferred?: number | undefined): Promise<number> {
  if (preferred !== undefined && (await portProblem('127.0.0.1', preferred)) === null) return preferred;
  const { default: getPort } = await import('get-port'); // not in the container image, where nothing is started
  return getPort({ host: '127.0.0.1', port: Array.from({ length: TRIED }, () => randomInt(LOWEST, HIGHEST + 1)) });
}

function portProblem(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
