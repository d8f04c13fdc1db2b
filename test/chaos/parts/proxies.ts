import { proxyTo, type TcpProxy } from '../../support/tcp-proxy.ts';
import { type Dependency, ENDPOINTS, type ProgramName } from '../fault.ts';

/** The ways from programs to what they depend on, each of which can be cut by itself. */
export interface Proxies {
  url(program: ProgramName, to: 'postgres' | 'redis'): string;
  /** All programs reach the OCR service by the same ways, its endpoints: their URLs are kept with the tasks. */
  readonly endpoints: readonly string[];
  of(programs: readonly ProgramName[], to: Dependency): readonly TcpProxy[];
  close(): Promise<void>;
}

export async function openProxies(
  programs: readonly ProgramName[],
  urls: { readonly postgres: string; readonly redis: string | null; readonly ocr: string },
): Promise<Proxies> {
  const ways = new Map<string, TcpProxy>();
  for (const endpoint of ENDPOINTS) ways.set(endpoint, await proxyTo(urls.ocr));
  for (const program of programs) {
    ways.set(`${program} postgres`, await proxyTo(urls.postgres));
    if (urls.redis !== null) ways.set(`${program} redis`, await proxyTo(urls.redis));
  }
  const named = (names: readonly string[]) => names.flatMap((name) => ways.get(name) ?? []);
  return {
    endpoints: named(ENDPOINTS).map(({ url }) => url.replace(/\/$/, '')),
    of(some, to) {
      if (to === 'ocr') return named(ENDPOINTS);
      return to === 'postgres' || to === 'redis' ? named(some.map((program) => `${program} ${to}`)) : named([to]);
    },
    url(program, to) {
      const way = ways.get(`${program} ${to}`);
      if (way === undefined) throw new Error(`there is no way from ${program} to ${to}`);
      return way.url.replace(/\/$/, '');
    },
    async close() {
      await Promise.all([...ways.values()].map((way) => way.cut()));
    },
  };
}
