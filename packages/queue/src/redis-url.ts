/** Where a Redis is. */
export type RedisAddress =
  | { readonly kind: 'single'; readonly url: string }
  | ({ readonly kind: 'sentinel'; readonly masterName: string } & SeveralNodes)
  | ({ readonly kind: 'cluster' } & SeveralNodes);

interface SeveralNodes {
  readonly nodes: ReadonlyArray<{ readonly host: string; readonly port: number }>;
  readonly username: string | null;
  readonly password: string | null;
  readonly tls: boolean;
}

/** Reads `redis://…`, `rediss://…`, `redis+sentinel://…/master-name` and `redis+cluster://…`, each of the last two with TLS as `rediss+…`. */
export function parseRedisUrl(url: string): RedisAddress {
  const several = /^(rediss?)\+(sentinel|cluster):\/\/(?:([^@]*)@)?([^/]+)(?:\/(.*))?$/.exec(url);
  if (several === null) return { kind: 'single', url };
  const [, scheme, kind, userInfo = '', hosts = '', path = ''] = several;
  const colon = userInfo.includes(':') ? userInfo.indexOf(':') : userInfo.length;
  const common = {
    nodes: hosts.split(',').map((host) => toNode(host, kind === 'sentinel' ? 26_379 : 6_379)),
    username: decodeURIComponent(userInfo.slice(0, colon)) || null,
    password: decodeURIComponent(userInfo.slice(colon + 1)) || null,
    tls: scheme === 'rediss',
  };
  if (kind === 'sentinel') return { kind, masterName: path === '' ? 'mymaster' : path, ...common };
  return { kind: 'cluster', ...common };
}

/** `host`, `host:port` or `[v6]:port`. */
function toNode(text: string, usualPort: number) {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port ?? usualPort) };
}
