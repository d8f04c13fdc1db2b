/**
 * Makes the samples and `expected.json`: `node --experimental-strip-types test/samples/generate.ts` (Node 22.6 or newer).
 * The images need the fonts DejaVu Sans and Noto Sans CJK SC. Everything on the samples is invented.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawStockReport } from './stock-report.ts';

const folder = import.meta.dirname;

interface Words {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly text: string;
  readonly bold?: boolean;
}

const at = (x: number, y: number, size: number, text: string, bold = false): Words => ({ x, y, size, text, bold });

/** A ruled table: texts and lines. */
function table(x: number, y: number, widths: number[], rowHeight: number, size: number, rows: string[][]) {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const bottom = y + rowHeight * rows.length;
  const words: Words[] = [];
  let rules = '';
  for (let i = 0; i <= rows.length; i++) rules += `M${x} ${y + i * rowHeight}h${total}`;
  let left = x;
  for (const [column, width] of widths.entries()) {
    rules += `M${left} ${y}V${bottom}`;
    for (const [i, row] of rows.entries()) {
      words.push(at(left + 12, y + i * rowHeight + rowHeight / 2 + size * 0.36, size, row[column] ?? '', i === 0));
    }
    left += width;
  }
  rules += `M${left} ${y}V${bottom}`;
  const inOrder = rows.flatMap((_, i) => widths.map((_, column) => words[column * rows.length + i])).filter((word) => word !== undefined);
  return { words: inOrder, rules };
}

function svg(width: number, height: number, font: string, words: readonly Words[], rules = ''): Buffer {
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const texts = words.map(
    ({ x, y, size, text, bold }) =>
      `<text x="${x}" y="${y}" font-size="${size}" ${bold === true ? 'font-weight="bold"' : ''}>${escape(text)}</text>`,
  );
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${font}"><rect width="100%" height="100%" fill="#fff"/>` +
      `<path d="${rules}" stroke="#333" stroke-width="2" fill="none"/>${texts.join('')}</svg>`,
  );
}

const linesOf = (words: readonly Words[]) => words.map((word) => word.text).filter((text) => text !== '');

const items = table(60, 420, [80, 470, 110, 170, 170], 48, 22, [
  ['Pos', 'Description', 'Qty', 'Unit price', 'Amount'],
  ['1', 'Hexagon bolts M8 x 40, zinc plated', '400', '0.18', '72.00'],
  ['2', 'Flat washers M8', '800', '0.04', '32.00'],
  ['3', 'Aluminium profile 40 x 40, 2 m', '12', '23.50', '282.00'],
  ['4', 'Ball bearing 6204, sealed', '24', '4.75', '114.00'],
  ['5', 'Rubber feet, black', '48', '0.95', '45.60'],
  ['6', 'Assembly of the frame, per hour', '6', '54.00', '324.00'],
  ['7', 'Packing and delivery', '1', '38.00', '38.00'],
]);
const totals = table(720, 850, [170, 170], 48, 22, [
  ['Net', '907.60'],
  ['VAT 20 %', '181.52'],
  ['Total EUR', '1,089.12'],
]);
const invoice = [
  at(60, 100, 44, 'INVOICE', true),
  at(60, 160, 24, 'Larkfield Machine Works Ltd', true),
  at(720, 160, 22, 'Invoice no. INV-2026-0417'),
  at(60, 196, 22, '14 Example Lane, Northbrook'),
  at(720, 196, 22, 'Date 12 October 2026'),
  at(60, 228, 22, 'Phone 555 0142'),
  at(720, 228, 22, 'Customer 30815'),
  at(60, 310, 24, 'Bill to', true),
  at(60, 346, 22, 'Imaginary Kitchens Inc, 7 Nowhere Street, Southmere'),
  ...items.words,
  ...totals.words,
  at(60, 1080, 22, 'Please pay within 30 days to the account named in our order confirmation.'),
  at(60, 1114, 22, 'Thank you for your order. We look forward to working with you again.'),
];
const english = svg(1140, 1180, 'DejaVu Sans', invoice, items.rules + totals.rules);
await sharp(english).png({ palette: true, colours: 16 }).toFile(join(folder, 'invoice-en.png'));

const goods = table(60, 380, [90, 330, 200, 130, 230], 56, 24, [
  ['序号', '货物名称', '规格', '数量', '备注'],
  ['1', '不锈钢螺栓', 'M8×40', '400', '已检验'],
  ['2', '铝合金型材', '40×40', '12', '长度两米'],
  ['3', '密封轴承', '6204', '24', '请轻放'],
  ['4', '橡胶垫脚', '黑色', '48', '随车附送'],
]);
const note = [
  at(420, 100, 48, '送货单', true),
  at(60, 180, 26, '收货单位：云溪虚构电器有限公司'),
  at(60, 226, 26, '送货地址：示例市想象路十八号'),
  at(60, 272, 26, '联系电话：5550187'),
  at(60, 318, 26, '单据编号：SH20261012'),
  at(640, 318, 26, '日期：2026年10月12日'),
  ...goods.words,
  at(60, 730, 26, '请收货人当面清点数量并检查外观，如有破损请在三日内联系我们。'),
  at(60, 800, 26, '送货人：林晓舟'),
  at(560, 800, 26, '收货人：周明远'),
];
const chinese = svg(1100, 860, 'Noto Sans CJK SC', note, goods.rules);
await sharp(chinese).png({ palette: true, colours: 16 }).toFile(join(folder, 'delivery-note-zh.png'));

const letter = [
  at(150, 190, 44, 'Workshop notice', true),
  at(150, 280, 30, 'The paint store will be closed on Friday.'),
  at(150, 326, 30, 'Please collect everything that you need'),
  at(150, 372, 30, 'before noon on Thursday.'),
  at(150, 460, 30, 'Spare keys are kept at the front desk.'),
  at(150, 506, 30, 'Sign the red book when you take one.'),
  at(150, 594, 30, 'Questions: call extension 555 0163'),
  at(150, 640, 30, 'or ask Marla Quillfeather in room 12.'),
];
const shadow = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="760"><defs><linearGradient id="g" x2="1" y2="1"><stop offset="0" stop-color="#fff6e6"/><stop offset="1" stop-color="#a8a095"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/></svg>',
);
const tilted = await sharp(svg(1000, 760, 'DejaVu Sans', letter)).rotate(0.6, { background: '#ffffff' }).blur(0.7).png().toBuffer();
const upright = await sharp(tilted).resize(1000, 760, { fit: 'cover' }).composite([{ input: shadow, blend: 'multiply' }]).removeAlpha().raw().toBuffer();
let seed = 7;
for (let i = 0; i < upright.length; i++) {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0; // the same noise each time
  upright[i] = Math.max(0, Math.min(255, (upright[i] ?? 0) + (seed >>> 24) / 12 - 10));
}
// Lies on its left side in the file; orientation 6 says "turn me a quarter clockwise".
await sharp(upright, { raw: { width: 1000, height: 760, channels: 3 } })
  .rotate(270)
  .withMetadata({ orientation: 6 })
  .jpeg({ quality: 80 })
  .toFile(join(folder, 'notice-photo.jpg'));

const report = await drawStockReport();
writeFileSync(join(folder, 'stock-report.pdf'), report.bytes);

const expected = {
  'invoice-en.png': { text: linesOf(invoice), must_contain: ['INV-2026-0417', 'Hexagon bolts M8', '1,089.12', 'Imaginary Kitchens Inc'] },
  'delivery-note-zh.png': { text: linesOf(note), must_contain: ['送货单', '云溪虚构电器有限公司', '不锈钢螺栓', 'SH20261012'] },
  'notice-photo.jpg': { text: linesOf(letter), must_contain: ['Workshop notice', 'before noon on Thursday', '555 0163'] },
  'stock-report.pdf': { text: report.text, must_contain: ['Northbrook warehouse', '3,498.00', 'Aluminium profile 20 x 20', '593', 'Westhollow warehouse', '16,801.50'] },
};
writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
