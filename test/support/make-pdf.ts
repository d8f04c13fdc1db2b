import { readFile } from 'node:fs/promises';
import { degrees, PDFDocument, type PDFPage, PDFString, StandardFonts } from '@cantoo/pdf-lib';

/** What a page of a test has. Points. */
export interface TestPage {
  readonly width?: number;
  readonly height?: number;
  readonly text?: string;
  /** Clockwise, in degrees. */
  readonly rotation?: number;
}

/** A PDF of these pages: black text at the top left. */
export async function makePdf(pages: readonly TestPage[], more?: (pdf: PDFDocument) => void): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const { width = 612, height = 792, text = '', rotation = 0 } of pages) {
    const page = pdf.addPage([width, height]);
    if (text !== '') page.drawText(text, { x: 36, y: height - 72, size: 24, font });
    page.setRotation(degrees(rotation));
  }
  more?.(pdf);
  return pdf.save({ useObjectStreams: false });
}

/** A black square, drawn as annotations are: beside the page's content. */
export function addAnnotation(pdf: PDFDocument, page: PDFPage, rect: readonly [number, number, number, number]): void {
  const annotation = pdf.context.obj({
    Type: 'Annot',
    Subtype: 'Square',
    Rect: [...rect],
    C: [0, 0, 0],
    IC: [0, 0, 0],
    F: 4,
    Contents: PDFString.of('a note'),
  });
  page.node.addAnnot(pdf.context.register(annotation));
}

/** A PDF with a password to open it, or to change it only; `encrypted-pdfs/README.md` says how they were made. */
export function encryptedPdf(name: 'user-password' | 'owner-password' | 'owner-password-rc4'): Promise<Buffer> {
  return readFile(new URL(`./encrypted-pdfs/${name}.pdf`, import.meta.url));
}
