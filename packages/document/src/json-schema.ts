import * as z from 'zod';
import { documentModel } from './model/document.ts';

/** The document model as a JSON Schema (2020-12), for those who read documents in another language. */
export function documentJsonSchema(): Record<string, unknown> {
  return { title: 'Ocrelay document', ...z.toJSONSchema(documentModel) };
}
