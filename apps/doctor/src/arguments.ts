import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export interface Options {
  readonly repair: boolean;
  readonly quick: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run doctor [-- options]: says what is wrong with an installation, and what to do about it.

  --quick   hashes nothing: images by presence and size only
  --repair  mends what can be mended, and says what it did
  --json    the findings as JSON (npm run --silent doctor -- --json)

Exit code: 0 all is well, 1 something is wrong, 64 wrong usage, 78 wrong configuration.
`;

/** @throws TypeError naming what it does not know. */
export function readArguments(args: readonly string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { repair: flag, quick: flag, json: flag, help: { ...flag, short: 'h' } },
  });
  return values;
}
