import { EXPORT_FORMATS, EXPORTERS, type ExportFormat, isExportFormat } from '@ocrelay/exports';
import type { Request } from 'express';
import { unsupportedFormat } from '../errors/catalogue.ts';

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
  const types = formats.map(bareMediaType);
  const accepted = req.accepts(types);
  const format = formats[types.indexOf(String(accepted))];
  if (accepted === false || format === undefined) throw unsupportedFormat(req.get('Accept') ?? '', EXPORT_FORMATS);
  return { format, options };
}

/** What a file of this format usually is, without parameters. */
export function bareMediaType(format: ExportFormat): string {
  const { mediaType } = EXPORTERS[format];
  return mediaType.split(';')[0]?.trim() ?? mediaType;
}
