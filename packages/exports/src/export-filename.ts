/** Longest name that is kept of the upload, in bytes of UTF-8: with the time and the extension it fits into 255. */
const MAX_STEM_BYTES = 180;

/** What Windows takes for a device, whatever the extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * What an export is called: `invoice.pdf` read at 09:15 UTC as a workbook is `invoice_20261123-0915.xlsx`. Letters of any
 * script stay; what a file system, a shell or a header could stumble over becomes `_`. Never empty, never a path, never hidden.
 * @param at which time the name tells, in UTC, to the minute
 * @param extension without the dot
 * @param others how many more documents are in the file: `invoice_and_2_more_20261123-0915.xlsx`
 */
export function exportFilename(originalFilename: string, at: Date, extension: string, others = 0): string {
  const time = at.toISOString().replace(/^(\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d).*$/, '$1$2$3-$4$5');
  const more = others === 0 ? '' : `_and_${others}_more`;
  return `${stem(originalFilename)}${more}_${time}.${extension}`;
}

function stem(filename: string): string {
  const base = filename.split(/[/\\]/).at(-1) ?? '';
  const safe = base
    .normalize('NFC')
    .replace(/(?<=.)\.[A-Za-z0-9]{1,8}$/u, '')
    .replace(/[^\p{L}\p{M}\p{N}._ ()-]+/gu, '_')
    .replace(/^[\s._-]+|[\s._-]+$/gu, '');
  const short = shortened(safe);
  return short === '' || DEVICE.test(short) ? 'document' : short;
}

function shortened(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_STEM_BYTES) break;
    kept += character;
  }
  return kept.trimEnd();
}
