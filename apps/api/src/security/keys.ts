import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '@ocrelay/config';
import basicAuth from 'basic-auth';
import type { Request } from 'express';

/** Who a presented key belongs to. */
export interface KeyRing {
  /** The name of the key, or null when it is none of ours. */
  nameOf(presented: string): string | null;
}

/**
 * Keys are compared by their digests, which are equally long, and always with all of them: how long it takes tells
 * nothing about any key.
 */
export function createKeyRing(keys: readonly ApiKey[]): KeyRing {
  const known = keys.map(({ name, key }) => ({ name, digest: digestOf(key) }));
  return {
    nameOf(presented) {
      const digest = digestOf(presented);
      let found: string | null = null;
      for (const one of known) {
        if (timingSafeEqual(one.digest, digest)) found = one.name;
      }
      return found;
    },
  };
}

/**
 * The keys of `Authorization: Bearer` (RFC 6750, 2.1) and `X-API-Key`. Both, since a proxy may bring a bearer token of its own.
 */
export function presentedKeys(req: Request): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(req.get('Authorization') ?? '');
  return [bearer?.[1], req.get('X-API-Key')].filter((key) => key !== undefined);
}

/** The password of HTTP Basic (RFC 7617), which browsers ask people for; the user name may be anything. Null when there is none. */
export function presentedPassword(req: Request): string | null {
  return basicAuth(req)?.pass ?? null;
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
