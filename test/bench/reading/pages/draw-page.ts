import type { Random } from '../../../chaos/random.ts';
import { drawPictures } from './draw-pictures.ts';
import { drawTable } from './draw-table.ts';
import { type Typeface, typefaceOf, widthOf } from './fonts.ts';
import { planTable } from './plan-table.ts';
import { createSheet, type Sheet } from './sheet.ts';
import type { PageClass, TruthBlock, TruthBox } from './truth.ts';
import { VOCABULARY } from './words.ts';
import { wrap } from './wrap.ts';

/** A4 at 150 dots an inch. */
const WIDTH = 1240;
const HEIGHT = 1754;
const MARGIN = 110;

/** A page before anything was done to it. */
export interface DrawnPage {
  readonly sheet: Sheet;
  readonly blocks: readonly TruthBlock[];
}

/**
 * Draws a page: a title, then paragraphs (on some pages of prose in two columns) and a table, and the page's number.
 *
 * @param pictures draws also a picture above and some below, where there is room; null: none. Everything else stays the same
 */
export function drawPage(of: PageClass, random: Random, pictures: Random | null = null): DrawnPage {
  const sheet = createSheet(WIDTH, HEIGHT);
  const face = typefaceOf(of.language);
  const words = VOCABULARY[of.language];
  const size = of.condition === 'small print' ? random.whole(14, 16) : random.whole(19, 26);
  const blocks: TruthBlock[] = [];
  const inner = WIDTH - 2 * MARGIN;
  const gap = Math.round(size * 1.6);
  const add = (label: TruthBlock['label'], lines: Lines) => {
    blocks.push({ label, text: lines.text, box: lines.box });
    return lines.box[3] + gap;
  };
  const prose = (sentences: number) => {
    const said = random.shuffled(words.sentences).slice(0, sentences);
    return said.join(of.language === 'Chinese' ? '' : ' ');
  };
  const paragraph = (x: number, y: number, width: number, sentences: number) =>
    write(sheet, face.regular, size, x, y, width, prose(sentences));

  let y = add('doc_title', write(sheet, face.bold, size * 1.9, MARGIN, 120, inner, random.pick(words.titles)));
  y = add('text', paragraph(MARGIN, y, inner, random.whole(1, 3)));
  y = add(
    'paragraph_title',
    write(sheet, face.bold, Math.round(size * 1.3), MARGIN, y, inner, random.pick(words.headings)),
  );
  if (of.table === 'prose') {
    const half = Math.round((inner - 2.5 * size) / 2);
    const columns: TruthBlock[][] = [];
    for (let part = 0; part < 2; part++) {
      if (random.chance(0.5)) {
        const left = add('text', paragraph(MARGIN, y, half, 5));
        const right = add('text', paragraph(WIDTH - MARGIN - half, y, half, 5));
        y = Math.max(left, right);
        columns.push(blocks.splice(-2));
      } else {
        flushColumns(columns, blocks);
        y = add('text', paragraph(MARGIN, y, inner, 4));
      }
    }
    flushColumns(columns, blocks);
  } else {
    const plan = planTable(of.language, random, of.table === 'ruled' ? 0.5 : 0.25);
    const style = { kind: of.table, size, left: MARGIN, top: y, maxWidth: inner };
    const { table, bottom, right } = drawTable(sheet, face, plan, style, random);
    blocks.push({
      label: 'table',
      text: table.cells
        .map((cell) => cell.text)
        .filter((text) => text !== '')
        .join('\n'),
      box: [MARGIN, y, right, bottom],
      table,
    });
    y = bottom + gap;
  }
  if (y < HEIGHT - 420) y = add('text', paragraph(MARGIN, y, inner, 2));
  if (pictures !== null) {
    blocks.unshift(...drawPictures(sheet, [WIDTH / 2, 25, WIDTH - 40, 112], pictures));
    blocks.push(...drawPictures(sheet, [MARGIN, y, WIDTH - 40, HEIGHT - 130], pictures));
  }
  const number = String(random.whole(1, 48));
  add('number', write(sheet, face.regular, size, WIDTH / 2 - 20, HEIGHT - 110, inner, number));
  return { sheet, blocks };
}

/** Two pairs of columns with nothing between them are two columns: each is read to its end. */
function flushColumns(pairs: TruthBlock[][], blocks: TruthBlock[]): void {
  const done = pairs.splice(0);
  blocks.push(...done.flatMap((pair) => pair.slice(0, 1)), ...done.flatMap((pair) => pair.slice(1)));
}

interface Lines {
  readonly text: string;
  readonly box: TruthBox;
}

function write(
  sheet: Sheet,
  font: Typeface['regular'],
  size: number,
  x: number,
  top: number,
  width: number,
  text: string,
): Lines {
  const lines = wrap(font, size, text, width);
  for (const [i, line] of lines.entries()) sheet.write(font, size, x, top + size + i * size * 1.4, line);
  const right = x + Math.max(...lines.map((line) => widthOf(font, line, size)));
  return { text: lines.join('\n'), box: [x, top, right, top + size * (0.2 + 1.4 * lines.length)] };
}
