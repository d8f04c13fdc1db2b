import type { ErrorCode } from '@ocrelay/contracts';

/** What else an answer says about a failure. */
export interface ApiErrorExtras {
  /** Goes into `error.details`: what a program can act on. */
  readonly details?: unknown;
  /** Goes into `data`; null for nearly all. */
  readonly data?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The message is in the language of the request already. */
  readonly isTranslated?: boolean;
  /** What is logged and never sent. */
  readonly cause?: unknown;
}

/** A failure as the client is told: a stable code, its HTTP status, and a message that helps. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly data: unknown;
  readonly isTranslated: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: ErrorCode, message: string, extras: ApiErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.status = status;
    this.code = code;
    this.details = extras.details ?? null;
    this.data = extras.data ?? null;
    this.isTranslated = extras.isTranslated ?? false;
    this.headers = extras.headers ?? {};
  }
}
