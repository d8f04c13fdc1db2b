import { basename, join } from 'node:path';
import { EXPORTS } from './keep-reading.ts';
import type { Reading } from './read-files.ts';

/** A terminal would clear its screen at a form feed. */
const PAGE_BREAK = `\n${'┄'.repeat(74)}\n`;

/** Prints what was read. False when something that had to be read is missing. */
export function showReadings(readings: readonly Reading[], output: string): boolean {
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
  return readings.every(({ missing }) => missing.length === 0);
}
