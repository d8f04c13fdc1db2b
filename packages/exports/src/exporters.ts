import { csv } from './csv/csv.ts';
import { ExportError } from './export-error.ts';
import type { Exporter, ExportFile, ExportSource } from './exporter.ts';
import { html } from './html/html.ts';
import { json } from './json/json.ts';
import { markdown } from './markdown/markdown.ts';
import { pdf } from './pdf/pdf.ts';
import { txt } from './txt/txt.ts';
import { xlsx } from './xlsx/xlsx.ts';

/** All formats. A new one is a folder beside the others, and a line here. */
export const EXPORTERS = { json, md: markdown, html, txt, csv, xlsx, pdf } as const;

/** Raised whenever the same document and options come out as other bytes: who has kept a file by its tag asks again then. */
export const EXPORT_VERSION = 7;

export type ExportFormat = keyof typeof EXPORTERS;

export const EXPORT_FORMATS = Object.keys(EXPORTERS) as readonly ExportFormat[];

export function isExportFormat(name: string): name is ExportFormat {
  return Object.hasOwn(EXPORTERS, name);
}

/**
 * The file of one format. What is wrong with the options or the documents is thrown at once, as an `ExportError`; after that
 * the file is made while its body is read, a part at a time.
 * @param options of the exporter's schema, not yet read: unknown ones are an error
 */
export function exportDocuments(format: ExportFormat, sources: readonly ExportSource[], options: unknown): ExportFile {
  const exporter: Exporter = EXPORTERS[format];
  if (sources.length === 0) throw new ExportError('no_documents', 'there is no document to export');
  if (sources.length > 1 && !exporter.holdsMany) {
    const manyIn = EXPORT_FORMATS.filter((name) => (EXPORTERS[name] as Exporter).holdsMany).join(', ');
    throw new ExportError(
      'one_document_only',
      `a file of format ${format} holds one document; several go into ${manyIn}`,
    );
  }
  const read = exporter.options.safeParse(options);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    const said = issue?.code === 'unrecognized_keys' ? `${issue.keys.join(', ')} is no option` : issue?.message;
    const message = `${where}${said ?? 'cannot be read'} (format ${format})`;
    throw new ExportError('invalid_options', message, { cause: read.error });
  }
  return exporter.write(sources, read.data);
}
