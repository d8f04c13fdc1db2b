export { plainText, type ReadBlock, type ReadPage, type ReadResult } from './plain-text.ts';
