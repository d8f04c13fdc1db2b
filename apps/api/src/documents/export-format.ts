import { EXPORT_FORMATS, EXPORTERS, type ExportFormat, isExportFormat } from '@ocrelay/exports';
import type { Request } from 'express';
import { unsupportedFormat } from '../errors/catalogue.ts';

/** What csv of several tables is. */
export const ZIP = 'application/zip';

/**
 * Which format a request asks for, by `?format=`, else by `Accept`, else the usual one; and what else its query says, for the
 * exporter to judge.
 * @throws ApiError unsupported_format
 */
export function formatOf(
  req: Request,
  usual: ExportFormat,
): { readonly format: ExportFormat; readonly options: Readonly<Record<string, unknown>> } {
  const { format: given, ...options } = req.query;
  if (given !== undefined) {
    const name = String(given).toLowerCase();
    if (!isExportFormat(name)) throw unsupportedFormat(String(given), EXPORT_FORMATS);
    return { format: name, options };
  }
  // The usual one first: of types that are wanted alike, as by */*, it is taken.
  const formats = [usual, ...EXPORT_FORMATS.filter((format) => format !== usual)];
  const byType = new Map(formats.map((format) => [bareMediaType(format), format]));
  byType.set(ZIP, 'csv');
  const format = byType.get(String(req.accepts([...byType.keys()])));
  if (format === undefined) throw unsupportedFormat(req.get('Accept') ?? '', EXPORT_FORMATS);
  return { format, options };
}

/** What a file of this format usually is, without parameters. */
export function bareMediaType(format: ExportFormat): string {
  const { mediaType } = EXPORTERS[format];
  return mediaType.split(';')[0]?.trim() ?? mediaType;
}
