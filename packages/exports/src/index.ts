export { ExportError, type ExportErrorCode } from './export-error.ts';
export { exportFilename } from './export-filename.ts';
export type { Dpi, Exporter, ExportFile, ExportSource, PageImage } from './exporter.ts';
export {
  EXPORT_FORMATS,
  EXPORT_VERSION,
  EXPORTERS,
  type ExportFormat,
  exportDocuments,
  isExportFormat,
} from './exporters.ts';
export { overlaySvg } from './overlay/overlay-svg.ts';
