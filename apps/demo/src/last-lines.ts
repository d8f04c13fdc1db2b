import type { Print } from '@ocrelay/stack';

const KEPT = 12;

/** What each program wrote last, in case something goes wrong. */
export function createLastLines(): { readonly add: Print; all(): string[] } {
  const bySource = new Map<string, string[]>();
  return {
    add: (source, line) => {
      const lines = bySource.get(source) ?? [];
      lines.push(line);
      bySource.set(source, lines.slice(-KEPT));
    },
    all: () => [...bySource].flatMap(([source, lines]) => lines.map((line) => `${source} | ${line}`)),
  };
}
