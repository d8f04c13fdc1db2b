export { deriveDocument, type PageSource } from './derive/derive-document.ts';
export type { WarningCode } from './derive/warnings.ts';
export { DERIVE_LIMITS, documentJson, type KeptReading } from './document-json.ts';
export { documentJsonSchema } from './json-schema.ts';
export { leastCertain, type Uncertain } from './least-certain.ts';
export { type Block, block, type TextLine, textLine } from './model/block.ts';
export { type Box, box, confidence } from './model/box.ts';
export {
  DOCUMENT_VERSION,
  type Document,
  type DocumentWarning,
  documentModel,
  type Page,
  type PageError,
  page,
  pageError,
  warning,
} from './model/document.ts';
export { type Cell, type CellValue, cell, cellValue, type Table, table } from './model/table.ts';
export { packed, unpacked, unpackedPieces, unpackedSize } from './packed.ts';
export { plainText, type ReadBlock, type ReadPage, type ReadResult } from './plain-text.ts';
