import { afterAll } from '@jest/globals';
import { type Backend, startOcrelay, type TestOcrelay } from './ocrelay.ts';

/**
 * One system for each backend that the tests of a file share, since most of what a test costs is the start of processes. It is
 * started for the first who takes it, and stopped after the last test. Who has taken it resets it afterwards.
 */
export function shareOcrelay(env: Record<string, string> = {}): (backend: Backend) => Promise<TestOcrelay> {
  const systems = new Map<Backend, Promise<TestOcrelay>>();
  afterAll(async () => {
    await Promise.all([...systems.values()].map(async (starting) => (await starting).stop()));
  });
  return (backend) => {
    const system = systems.get(backend) ?? startOcrelay(backend, env);
    systems.set(backend, system);
    return system;
  };
}
