import type { Request } from 'express';

/** Methods that change nothing (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Whether a `Host` header names this machine: `localhost`, `*.localhost` (RFC 6761), 127.0.0.0/8 or `[::1]`. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const match = /^(\[::1\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(host);
  const name = match?.[1]?.toLowerCase().replace(/\.$/, '') ?? '';
  return name === '[::1]' || name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * Whether a page of another origin made a browser send this. What is no browser sends neither header.
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function isForeign(req: Request): boolean {
  const site = req.get('Sec-Fetch-Site');
  if (site === 'cross-site') return true;
  const origin = req.get('Origin');
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== normalised(req.headers.host);
}

/** As `URL` writes a host: lower case. A default port is left out by browsers in both headers. */
function normalised(host: string | undefined): string {
  return host?.toLowerCase() ?? '';
}
