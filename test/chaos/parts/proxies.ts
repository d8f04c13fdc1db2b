import { proxyTo, type TcpProxy } from '../../support/tcp-proxy.ts';
import type { Dependency, ProgramName } from '../fault.ts';

/** The ways from programs to what they depend on, each of which can be cut by itself. */
export interface Proxies {
  url(program: ProgramName, to: Dependency): string;
  /** All programs reach the OCR service by one way: its URL is kept with the tasks. */
  of(programs: readonly ProgramName[], to: Dependency): readonly TcpProxy[];
  close(): Promise<void>;
}

export async function openProxies(
  programs: readonly ProgramName[],
  urls: { readonly postgres: string; readonly redis: string | null; readonly ocr: string },
): Promise<Proxies> {
  const ways = new Map<string, TcpProxy>();
  const ocr = await proxyTo(urls.ocr);
  for (const program of programs) {
    ways.set(`${program} postgres`, await proxyTo(urls.postgres));
    if (urls.redis !== null) ways.set(`${program} redis`, await proxyTo(urls.redis));
  }
  const of = (some: readonly ProgramName[], to: Dependency) =>
    to === 'ocr' ? [ocr] : some.flatMap((program) => ways.get(`${program} ${to}`) ?? []);
  return {
    of,
    url(program, to) {
      const [way] = of([program], to);
      if (way === undefined) throw new Error(`there is no way from ${program} to ${to}`);
      return way.url.replace(/\/$/, '');
    },
    async close() {
      await Promise.all([ocr, ...ways.values()].map((way) => way.cut()));
    },
  };
}
