/** EX_CONFIG of sysexits.h: the configuration is wrong; starting again unchanged will not help. */
export const EX_CONFIG = 78;

/** The environment says something that cannot be meant. The message is one line that names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Runs a loader; a ConfigError becomes one line on stderr and exit code 78. */
export function configOrExit<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EX_CONFIG);
  }
}
