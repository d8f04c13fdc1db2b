import { ConfigError } from './config-error.ts';

/** A key that a client may present, with the name that logs and idempotency keys know it by. */
export interface ApiKey {
  readonly name: string;
  readonly key: string;
}

const SHORTEST_KEY = 32;

/**
 * `name:key,name:key` → keys. Never repeats a key in an error.
 * @throws ConfigError when a pair has no name, a key is short, or a name comes twice.
 */
export function parseApiKeys(value: string | undefined): ApiKey[] {
  if (value === undefined || value.trim() === '') return [];
  const keys = value.split(',').map((pair, index) => {
    const colon = pair.indexOf(':');
    const name = pair.slice(0, Math.max(colon, 0)).trim();
    const key = pair.slice(colon + 1).trim();
    if (!/^[\w.-]{1,64}$/.test(name)) {
      throw new ConfigError(`API_KEYS: pair ${index + 1} must be name:key, the name of letters, digits, "." "_" "-"`);
    }
    if (key.length < SHORTEST_KEY) {
      throw new ConfigError(`API_KEYS: the key "${name}" has fewer than ${SHORTEST_KEY} characters`);
    }
    return { name, key };
  });
  for (const { name } of keys) {
    if (keys.filter((other) => other.name === name).length > 1) {
      throw new ConfigError(`API_KEYS: the name "${name}" is given twice`);
    }
  }
  return keys;
}
