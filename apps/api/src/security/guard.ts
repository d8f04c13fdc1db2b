/**
 * Who may ask. With API keys: who has one. Without: programs of this machine only, so whatever reached the loopback
 * address through a browser is refused: pages that had their name point here (DNS rebinding, told by `Host`), and pages
 * of other origins that send what browsers send without asking (forms, told by `Origin` and `Sec-Fetch-Site`).
 */
import type { ApiKey } from '@ocrelay/config';
import type { Request, RequestHandler } from 'express';
import { forbiddenHost, forbiddenOrigin, unauthorized } from '../errors/catalogue.ts';
import { setKeyName } from './key-name.ts';
import { createKeyRing, type KeyRing, presentedKeys, presentedPassword } from './keys.ts';
import { isForeign, isLoopbackHost, isSafe } from './origin.ts';

const BEARER = 'Bearer realm="ocrelay"';
/** Makes a browser ask for a name and a password. */
const BASIC = 'Basic realm="ocrelay", charset="UTF-8"';

/** For every route, those without keys included. */
export function refuseOtherMachines(keys: readonly ApiKey[]): RequestHandler {
  return (req, _res, next) => {
    if (keys.length === 0) {
      if (!isLoopbackHost(req.headers.host)) throw forbiddenHost();
      if (!isSafe(req.method) && isForeign(req)) throw forbiddenOrigin();
    }
    next();
  };
}

/** For programs: Bearer or X-API-Key. */
export function requireKey(keys: readonly ApiKey[]): RequestHandler {
  return guard(keys, (ring, req) => anyName(ring, presentedKeys(req)), BEARER);
}

/** For pages that people open: HTTP Basic as well. */
export function requireKeyOrPassword(keys: readonly ApiKey[]): RequestHandler {
  return guard(
    keys,
    (ring, req) => {
      const byKey = anyName(ring, presentedKeys(req));
      if (byKey !== null) return byKey;
      const byPassword = nameOf(ring, presentedPassword(req));
      // A browser sends a password along with whatever a foreign page makes it ask for.
      if (byPassword !== null && !isSafe(req.method) && isForeign(req)) throw forbiddenOrigin();
      return byPassword;
    },
    BASIC,
  );
}

function guard(
  keys: readonly ApiKey[],
  who: (ring: KeyRing, req: Request) => string | null,
  challenge: string,
): RequestHandler {
  const ring = createKeyRing(keys);
  return (req, res, next) => {
    if (keys.length > 0) {
      const name = who(ring, req);
      if (name === null) throw unauthorized(challenge);
      setKeyName(res, name);
    }
    next();
  };
}

function nameOf(ring: KeyRing, presented: string | null): string | null {
  return presented === null ? null : ring.nameOf(presented);
}

function anyName(ring: KeyRing, presented: readonly string[]): string | null {
  return presented.map((key) => nameOf(ring, key)).find((name) => name !== null) ?? null;
}
