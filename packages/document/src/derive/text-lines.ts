import type { TextLine } from '../model/block.ts';
import { storable } from '../storable-text.ts';
import { fourNumbers, type PageSize, placeBox } from './box.ts';
import type { RawLine } from './raw/raw-page.ts';
import type { Report } from './warnings.ts';

/** The lines of a block whose text, box and confidence are all told; the others are left out and reported together. */
export function textLines(lines: readonly RawLine[], size: PageSize, report: Report): TextLine[] {
  const told: TextLine[] = [];
  let clipped = 0;
  for (const { text, box, confidence } of lines) {
    if (typeof text !== 'string' || fourNumbers(box) === null || confidence === null) continue;
    const bbox = placeBox(box, size, () => {
      clipped += 1;
    });
    told.push({ text: storable(text).trim(), bbox, confidence });
  }
  if (clipped > 0) report('box_outside_page', 'Boxes of lines were clipped to the page.');
  if (told.length < lines.length) {
    const missing = lines.length - told.length;
    report(
      'lines_malformed',
      `${missing} of ${lines.length} lines lack a text, a box or a confidence and are left out.`,
    );
  }
  return told;
}
