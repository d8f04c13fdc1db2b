import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export interface Options {
  /** The user's own files, as they were named; none for the samples. */
  readonly files: readonly string[];
  readonly help: boolean;
}

export const USAGE = `npm run demo [-- file …]: starts all of Ocrelay with data that is thrown away, reads the files, or samples, and shows
what was read; demo-output/ keeps it.

Exit code: 0 every file was read, 1 one was not, or something failed, 64 wrong usage, 78 wrong configuration, 130 after Ctrl-C.
`;

/** @throws TypeError naming what it does not know. */
export function readArguments(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean', default: false, short: 'h' } },
    allowPositionals: true,
  });
  return { files: positionals, help: values.help };
}
