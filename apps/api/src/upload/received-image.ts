import type { PendingImage } from '@ocrelay/storage';
import type { ImageFormat } from './inspection/image-format.ts';

/** An image, or a document of several pages, that arrived completely and was checked, but is not committed: whoever gets it commits or discards `pending`. */
export interface ReceivedImage {
  readonly pending: PendingImage;
  /** The name the user gave it, cleansed and without folders, for showing only; null when there was none. */
  readonly originalFilename: string | null;
  /** Decided by the content. */
  readonly contentType: ImageFormat['contentType'];
  /** The usual file extension of the content type, without a dot. */
  readonly extension: ImageFormat['extension'];
  readonly sizeBytes: number;
  /** SHA-256 of the bytes, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Pixels across, upright: after EXIF orientation, as the OCR service counts. Of a document its first page's, at RENDER_DPI. */
  readonly width: number;
  /** Pixels down, upright. */
  readonly height: number;
  /** Of a document that is read page by page: any PDF, and a TIFF of more than one page. Null for a single image. */
  readonly pages: number | null;
  /** Aborts with an UploadError `upload_timeout` when UPLOAD_TIMEOUT_MS have passed since the request began: whatever is done until the row exists should heed it. */
  readonly signal: AbortSignal;
}
