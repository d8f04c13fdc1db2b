import { setImmediate } from 'node:timers/promises';
import { PDFContext, PDFHexString, type PDFRef } from '@cantoo/pdf-lib';
import type { Page } from '@ocrelay/document';
import { unreadNote } from '../document/unread-note.ts';
import type { ExportSource, PageImage } from '../exporter.ts';
import { printable } from '../text/printable.ts';
import { type CharacterCodes, createCharacterCodes } from './character-codes.ts';
import { createFileWriter } from './file-writer.ts';
import { assignFont } from './font-objects.ts';
import { pageContent } from './page-content.ts';
import { registerPicture } from './page-picture.ts';
import { pageSize } from './page-size.ts';

/** A page at a time. Its font comes last: which characters it has is known then. */
export async function* pdfBytes(
  { name, document }: ExportSource,
  pageImage: (page: number) => Promise<PageImage | null>,
): AsyncGenerator<Uint8Array> {
  const context = PDFContext.create();
  const file = createFileWriter(context);
  const codes = createCharacterCodes();
  const tree: Tree = { pages: context.nextRef(), font: context.nextRef(), kids: [] };
  yield file.header();
  for (const page of document.pages) {
    await registerPage(context, tree, page, await pageImage(page.number), codes);
    yield* file.finished();
    await setImmediate(); // others have their turn
  }
  assignFont(context, tree.font, codes);
  context.assign(tree.pages, context.obj({ Type: 'Pages', Kids: [...tree.kids], Count: tree.kids.length }));
  const viewing = { DisplayDocTitle: true };
  const root = context.register(context.obj({ Type: 'Catalog', Pages: tree.pages, ViewerPreferences: viewing }));
  const info = context.register(context.obj({ Title: PDFHexString.fromText(printable(name)) }));
  yield* file.finished();
  yield file.trailer(root, info);
}

/** What pages refer to, and what refers to them. */
interface Tree {
  readonly pages: PDFRef;
  readonly font: PDFRef;
  readonly kids: PDFRef[];
}

async function registerPage(
  context: PDFContext,
  { pages, font, kids }: Tree,
  page: Page,
  image: PageImage | null,
  codes: CharacterCodes,
): Promise<void> {
  const picture = image === null ? null : await registerPicture(context, image);
  const size = pageSize(page, picture, image?.dpi);
  const content = context.flateStream(pageContent(page, size, picture !== null, codes));
  const resources = { Font: { Text: font }, ...(picture === null ? {} : { XObject: { Page: picture.ref } }) };
  const leaf = context.obj({
    Type: 'Page',
    Parent: pages,
    MediaBox: [0, 0, size.widthPt, size.heightPt],
    Resources: resources,
    Contents: context.register(content),
    ...unreadAnnotation(page, size.heightPt),
  });
  kids.push(context.register(leaf));
}

/** A note at the top left of a page that could not be read (ISO 32000-1, 12.5.6.4); nothing for others. */
function unreadAnnotation(page: Page, heightPt: number) {
  const note = unreadNote(page);
  if (note === null) return {};
  const contents = PDFHexString.fromText(printable(note));
  const Rect = [10, heightPt - 30, 30, heightPt - 10];
  return { Annots: [{ Type: 'Annot', Subtype: 'Text', Name: 'Note', Open: true, Rect, Contents: contents }] };
}
