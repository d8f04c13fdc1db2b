import { basename, join } from 'node:path';
import { EXPORTS } from './keep-reading.ts';
import type { Failure, Reading } from './read-files.ts';

/** A terminal would clear its screen at a form feed. */
const PAGE_BREAK = `\n${'┄'.repeat(74)}\n`;

/** Prints what was read, and what was wrong with the other files. False when one failed, or something that had to be read is missing. */
export function showReadings(all: readonly (Reading | Failure)[], output: string): boolean {
  const readings = all.filter((one) => 'text' in one);
  for (const { file, text } of readings) {
    console.log(`\n── ${basename(file.path)} ${'─'.repeat(Math.max(0, 70 - basename(file.path).length))}`);
    console.log(text.trimEnd().replaceAll('\f', PAGE_BREAK));
  }
  console.log(`\n${'─'.repeat(74)}`);
  for (const { file, paged, missing } of readings) {
    const files = `${join(output, file.name)}.{${[paged ? 'page-*.json' : 'json', 'txt', ...EXPORTS].join()}}`;
    if (missing.length > 0)
      console.log(`✖ ${basename(file.path)}: not found in what was read: ${missing.join(' · ')}; see ${files}`);
    else
      console.log(`✔ ${basename(file.path)}: ${file.mustContain.length > 0 ? 'read as expected' : 'read'}; ${files}`);
  }
  const failures = all.filter((one) => 'why' in one);
  for (const { file, why } of failures) console.log(`✖ ${basename(file.path)}: ${why}`);
  return failures.length === 0 && readings.every(({ missing }) => missing.length === 0);
}
