import type { UploadFile } from './upload-file.ts';

/** What a client wants of one image or document, and how far it has come with it. */
export type Wish =
  /** Uploaded with `?start=true`. */
  | 'read'
  /** Uploaded, then started. */
  | 'start_later'
  | 'cancel'
  | 'cancel_and_retry'
  | 'delete';

/** One image, or document, of a client's. */
export interface Upload {
  readonly name: string;
  readonly file: UploadFile;
  readonly sha256: string;
  readonly wish: Wish;
  /** Set by the 201. */
  taskId: string | null;
  /** Whether the client is through with it. */
  isOver: boolean;
  /** What it was refused with for good, which no valid image should be. */
  refused: string | null;
  /** A cancel was sent, and perhaps done. */
  cancelSent: boolean;
  /** The last word of the API was that the task is cancelled, and nothing that the client sent before can still undo it. */
  isCancelled: boolean;
  /** A delete was sent, and perhaps done. */
  deleteSent: boolean;
  /** The API said that it is gone. */
  isDeleted: boolean;
}
