import type { Check } from '../check.ts';
import { ok, warning } from '../finding.ts';

/** That each value can be meant was found out before: the doctor could not have begun. Here is what goes ill together. */
export const configuration: Check = {
  name: 'configuration',
  needs: [],
  async run({ config }) {
    if (config.isOpenWithoutKeys) {
      return [
        warning(
          'HOST is not a loopback address, and there are no API_KEYS: an API with these settings refuses to start.',
          'Set API_KEYS=name:key (at least 32 characters a key), or HOST=127.0.0.1.',
        ),
      ];
    }
    return [ok('Every variable has a value that can be meant.')];
  },
};
