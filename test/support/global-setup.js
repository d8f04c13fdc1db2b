/**
 * Before all suites: compiles the programs, and starts one Postgres and, where there is a redis-server, one Redis, for all
 * of them. Suites find them in the environment:
 *
 * - TEST_DATABASE_URL: a superuser's URL; a suite makes a database of its own on it
 * - TEST_REDIS_URL: empty when there is no redis-server on this machine
 * - TEST_DIST: the compiled programs, `apps/<app>/src/main.js` in it; empty when they do not compile
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { build, markInUse } from '../../scripts/build.js';

const SERVICES = 'test/support/services-main';

export default async function globalSetup() {
  const [dist, services] = await Promise.all([buildPrograms(), startServices()]);
  if (process.env.OCRELAY_REQUIRE_REDIS === '1' && services.redisUrl === '') {
    throw new Error('OCRELAY_REQUIRE_REDIS is set, and there is no redis-server on the PATH');
  }
  process.env.TEST_DIST = dist;
  process.env.TEST_DATABASE_URL = services.databaseUrl;
  process.env.TEST_REDIS_URL = services.redisUrl;
}

/** Suites that need no program run even while one does not compile; the others fail, and the type check says why. */
async function buildPrograms() {
  try {
    const dist = await build();
    markInUse(dist);
    return dist;
  } catch (error) {
    process.stderr.write(`the programs do not compile: ${error.message}\n`);
    return '';
  }
}

/**
 * In a process of their own, out of the reach of Ctrl-C: it ends, and takes everything with it, as soon as the pipe to
 * this one closes, however that happens.
 */
async function startServices() {
  const folder = await build({ only: '', extra: [`${SERVICES}.ts`] });
  const child = fork(join(folder, `${SERVICES}.js`), {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  globalThis.testServices = child;
  return new Promise((resolve, reject) => {
    child.once('message', (services) => {
      child.unref();
      child.channel?.unref();
      resolve(services);
    });
    child.once('exit', () => reject(new Error('the services for the tests did not start')));
  });
}
