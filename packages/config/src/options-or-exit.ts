/** EX_USAGE of sysexits.h: the command line says something that cannot be meant. */
const EX_USAGE = 64;

/**
 * Reads the command line. What is wrong with it is said on stderr, with the usage, and the exit code is 64; who asks for help is
 * given the usage, and 0.
 * @param read throws what is wrong; its message is for people
 */
export function optionsOrExit<Options extends { readonly help: boolean }>(
  usage: string,
  read: (args: readonly string[]) => Options,
): Options {
  let options: Options;
  try {
    options = read(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return process.exit(EX_USAGE);
  }
  if (!options.help) return options;
  process.stdout.write(usage);
  return process.exit(0);
}
