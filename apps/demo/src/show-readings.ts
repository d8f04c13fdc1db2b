import { basename, join } from 'node:path';
import { EXPORTS, type Reading } from './read-files.ts';

/** Prints what was read. False when something that had to be read is missing. */
export function showReadings(readings: readonly Reading[], output: string): boolean {
  for (const { file, text } of readings) {
    console.log(`\n── ${basename(file.path)} ${'─'.repeat(Math.max(0, 70 - basename(file.path).length))}`);
    console.log(text.trimEnd());
  }
  console.log(`\n${'─'.repeat(74)}`);
  for (const { file, missing } of readings) {
    const files = `${join(output, file.name)}.{${['json', 'txt', ...EXPORTS].join()}}`;
    if (missing.length > 0)
      console.log(`✖ ${basename(file.path)}: not found in what was read: ${missing.join(' · ')}; see ${files}`);
    else
      console.log(`✔ ${basename(file.path)}: ${file.mustContain.length > 0 ? 'read as expected' : 'read'}; ${files}`);
  }
  return readings.every(({ missing }) => missing.length === 0);
}
