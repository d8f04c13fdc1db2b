import { encryptedPdf, makePdf } from '../../../../../test/support/make-pdf.ts';
import { directoryOf, linkOf, makeTiff, setEntry } from '../../../../../test/support/make-tiff.ts';
import { picture } from '../../upload/sample-images.ts';
import { type Attack, bytes, upload } from '../request.ts';

const PDF = Buffer.from(await makePdf([{ text: 'one' }, { text: 'two' }]));
const PNG = await picture(8, 8).png().toBuffer();
const JPEG = await picture(8, 8).jpeg().toBuffer();
const HTML = '<!doctype html><script>alert(1)</script>';
const CORRUPT = '422 document_corrupt';
const HEIGHT = 257;

/** A PDF of these objects, the first of which is its root; without a table of where they are, as broken files are. */
const pdfOf = (...objects: readonly string[]) =>
  bytes(
    '%PDF-1.7\n',
    ...objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`),
    'trailer\n<</Root 1 0 R>>\n%%EOF\n',
  );
const CATALOG = '<</Type/Catalog/Pages 2 0 R>>';
const page = (more = '') => `<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]${more}>>`;

/** The first one, so often: a page for each, in a few bytes. */
const samePage = (count: number) => `<</Type/Pages/Count ${count}/Kids[${'3 0 R '.repeat(count)}]>>`;

async function tiff(change: (tiff: Buffer) => void, pages = 2): Promise<Buffer> {
  const made = await makeTiff(Array.from({ length: pages }, () => ({ width: 8, height: 8 })));
  change(made);
  return made;
}
const linkTo = (whole: Buffer, to: number) => whole.writeUInt32LE(to, linkOf(whole, directoryOf(whole, 2)));

/** PDFs, and TIFFs of several pages. No page is drawn here: one that cannot be is refused alone, when it is read. */
export const documents: readonly Attack[] = [
  ['a PDF', upload(PDF), '201'],
  ['a PDF named as a picture', upload(PDF, { more: 'Content-Type: image/png\r\n' }), '201'],
  ['a PDF after a byte order mark', upload(bytes('\uFEFF', PDF)), '201'],
  ['a PDF with a page of HTML behind it', upload(bytes(PDF, HTML)), '201'],
  ['a PDF with a picture behind it', upload(bytes(PDF, PNG)), '201'],
  ['a picture with a PDF behind it', upload(bytes(PNG, PDF)), '201'],
  ['a PDF that only its owner may change', upload(await encryptedPdf('owner-password')), '201'],
  ['a PDF with a password', upload(await encryptedPdf('user-password')), '422 document_encrypted'],
  ['a PDF of nothing but its name', upload('%PDF-1.7 and no more'), CORRUPT],
  ['a PDF of NULs', upload(bytes('%PDF-1.7\n', Buffer.alloc(100))), CORRUPT],
  ['a PDF with a JPEG for all there is', upload(bytes('%PDF-1.7\nstream\n', JPEG, '\nendstream')), CORRUPT],
  ['a page of HTML that calls itself a PDF', upload(`%PDF-1.7 ${HTML}`), CORRUPT],
  ['a PDF cut off after its header', upload(PDF.subarray(0, 40)), CORRUPT],
  ['a PDF without pages', upload(pdfOf(CATALOG, '<</Type/Pages/Kids[]/Count 0>>')), CORRUPT],
  ['a PDF without a root', upload(pdfOf()), CORRUPT],
  ['a PDF whose pages are their own parent', upload(pdfOf(CATALOG, '<</Type/Pages/Kids[2 0 R]/Count 1>>')), CORRUPT],
  ['a PDF of 500 pages', upload(pdfOf(CATALOG, samePage(500), page())), '201'],
  ['a PDF of 501 pages', upload(pdfOf(CATALOG, samePage(501), page())), '422 too_many_pages'],
  ['a PDF of 20,000 pages', upload(pdfOf(CATALOG, samePage(20_000), page())), '422 too_many_pages'],
  [
    'a PDF of a page as large as a country',
    upload(pdfOf(CATALOG, samePage(1), '<</Type/Page/Parent 2 0 R/MediaBox[0 0 1000000000 1000000000]>>')),
    '201',
  ],
  [
    'a PDF that would start a program',
    upload(pdfOf('<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(cmd.exe)>>>>', samePage(1), page())),
    '201',
  ],
  ['a PDF whose script never ends', upload(pdfOf(withScript('for(;;);'), samePage(1), page())), '201'],
  ['a TIFF of two pages', upload(await tiff(() => {})), '201'],
  ['a TIFF of 501 pages', upload(await tiff(() => {}, 501)), '422 too_many_pages'],
  [
    'a TIFF whose pages go in a circle',
    upload(await tiff((it) => linkTo(it, directoryOf(it, 1)))),
    '422 image_corrupt',
  ],
  ['a TIFF whose pages lead outside', upload(await tiff((it) => linkTo(it, 0xfffffff0))), '422 image_corrupt'],
  [
    'a TIFF whose second page has four thousand million rows',
    upload(await tiff((it) => setEntry(it, directoryOf(it, 2), HEIGHT, 0xffffffff))),
    '201',
  ],
  [
    'a TIFF whose first of two pages has four thousand million rows',
    upload(await tiff((it) => setEntry(it, directoryOf(it, 1), HEIGHT, 0xffffffff))),
    '201',
  ],
];

function withScript(script: string): string {
  return `<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(${script})>>>>`;
}
