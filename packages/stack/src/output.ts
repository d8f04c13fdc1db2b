/** Prints a line under the name of the program it is from. */
export type Print = (source: string, line: string) => void;

/** Wide enough for the longest name. */
const WIDTH = 'supervisor'.length;
const COLOURS = [36, 35, 33, 32, 34];

/**
 * The lines of several programs in one stream. `pretty` puts the program's name in front; `json` leaves JSON as it is,
 * since it names its program, and wraps what is not JSON, as Postgres' lines and those of a crash.
 */
export function printTo(stream: NodeJS.WritableStream, format: 'pretty' | 'json', colour: boolean): Print {
  if (format === 'json')
    return (source, line) => stream.write(`${line.startsWith('{') ? line : asJson(source, line)}\n`);
  const seen: string[] = [];
  return (source, line) => {
    if (!seen.includes(source)) seen.push(source);
    const name = source.padEnd(WIDTH);
    const code = COLOURS[seen.indexOf(source) % COLOURS.length];
    stream.write(`${colour ? `\u001b[${code}m${name}\u001b[0m` : name} | ${line}\n`);
  };
}

function asJson(source: string, msg: string): string {
  return JSON.stringify({ level: 'info', time: new Date().toISOString(), name: source, msg });
}
