export { DocumentCorrupt, DocumentEncrypted, DocumentFailure, PageTooLarge, PageUnreadable } from './errors.ts';
export { openPages } from './open-pages.ts';
export { createPageReader, type PageReader, type PageReaderLimits, type PageSource } from './page-reader.ts';
export { readOnePage, workOnPages } from './page-thread.ts';
export type { DocumentType, Pages, RenderedPage, RenderOptions } from './pages.ts';
export { type OnePage, type PageAnswer, type ReadPage, toReadPage } from './thread-protocol.ts';
