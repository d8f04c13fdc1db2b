import { PageSizes, PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { drawTable, type Rows } from './pdf-table.ts';

interface ReportPage {
  readonly title: string;
  readonly lines: readonly string[];
  readonly widths: readonly number[];
  readonly headingRows: number;
  readonly rows: Rows;
}

const MARGIN = 56;
/** Fixed, so that the file has the same bytes each time. */
const MADE_AT = new Date('2026-10-01T08:00:00Z');

const pages: ReportPage[] = [
  {
    title: 'Northbrook warehouse',
    lines: ['Stock report of Larkfield Machine Works Ltd, 30 September 2026', 'Fasteners and small parts, at purchase prices in EUR.'],
    widths: [66, 177, 72, 78, 90],
    headingRows: 1,
    rows: [
      ['Article', 'Description', 'Quantity', 'Unit price', 'Value'],
      ['NB-1040', 'Hexagon bolts M8 x 40', '4200', '0.18', '756.00'],
      ['NB-1055', 'Flat washers M8', '9500', '0.04', '380.00'],
      ['NB-1210', 'Rubber feet, black', '640', '0.95', '608.00'],
      ['NB-2204', 'Ball bearing 6204, sealed', '312', '4.75', '1,482.00'],
      ['NB-2310', 'Cable ties, bag of 100', '85', '3.20', '272.00'],
      ['Total of Northbrook', '<', '<', '<', '3,498.00'],
    ],
  },
  {
    title: 'Southmere warehouse',
    lines: ['Stock report of Larkfield Machine Works Ltd, 30 September 2026', 'Profiles and sheets, counted by hand in two halls.'],
    widths: [84, 159, 80, 80, 80],
    headingRows: 1,
    rows: [
      ['Hall', 'Material', 'Booked', 'Counted', 'Missing'],
      ['East', 'Aluminium profile 40 x 40', '120', '118', '2'],
      ['^', 'Aluminium profile 20 x 20', '260', '258', '2'],
      ['^', 'Steel sheet, 2 mm', '75', '74', '1'],
      ['West', 'Acrylic sheet, clear', '48', '45', '3'],
      ['^', 'Plywood board, 12 mm', '90', '86', '4'],
      ['Both halls', '<', '593', '581', '12'],
    ],
  },
  {
    title: 'Westhollow warehouse',
    lines: ['Stock report of Larkfield Machine Works Ltd, 30 September 2026', 'Finished goods, with what customers have reserved.'],
    widths: [163, 70, 80, 80, 90],
    headingRows: 2,
    rows: [
      ['Product', 'Pieces', '<', 'Price in EUR', 'Value in EUR'],
      ['^', 'Free', 'Reserved', '^', '^'],
      ['Workbench with drawer', '14', '6', '289.00', '5,780.00'],
      ['Tool trolley', '22', '3', '164.50', '4,112.50'],
      ['Shelf unit, five boards', '31', '9', '97.00', '3,880.00'],
      ['Stool, adjustable', '40', '12', '58.25', '3,029.00'],
      ['All products', '107', '30', '', '16,801.50'],
    ],
  },
];

/** A PDF of three pages with a ruled table each, and its texts from the top, with a form feed between pages. */
export async function drawStockReport(): Promise<{ bytes: Uint8Array; text: string[] }> {
  const pdf = await PDFDocument.create();
  pdf.setTitle('Stock report, 30 September 2026');
  pdf.setLanguage('en');
  pdf.setCreationDate(MADE_AT);
  pdf.setModificationDate(MADE_AT);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const bold = await pdf.embedFont(StandardFonts.HelveticaBold);
  const text: string[] = [];
  for (const [index, { title, lines, widths, headingRows, rows }] of pages.entries()) {
    const page = pdf.addPage(PageSizes.A4);
    let y = page.getHeight() - 90;
    page.drawText(title, { x: MARGIN, y, size: 22, font: bold });
    y -= 14;
    for (const line of lines) {
      y -= 18;
      page.drawText(line, { x: MARGIN, y, size: 11, font });
    }
    const table = { left: MARGIN, top: y - 26, widths, rowHeight: 24, size: 11, headingRows, font, bold };
    const cells = drawTable(page, rows, table);
    const number = `Page ${index + 1} of ${pages.length}`;
    page.drawText(number, { x: MARGIN, y: 56, size: 10, font });
    text.push(...(index > 0 ? ['\f'] : []), title, ...lines, ...cells.filter((cell) => cell !== ''), number);
  }
  return { bytes: await pdf.save(), text };
}
