/** The store did not do what it was asked to; `cause` holds the system's error. */
export class StorageError extends Error {
  override name = 'StorageError';
}

/** Why a store takes no image, until somebody puts it right. */
export type FullReason = 'disk_full' | 'quota_exceeded' | 'read_only' | 'not_permitted';

/** The store takes no other image: the disk or a quota is full, or it may not be written to. */
export class StorageFullError extends StorageError {
  override name = 'StorageFullError';
  readonly reason: FullReason;

  constructor(message: string, options: ErrorOptions & { readonly reason?: FullReason } = {}) {
    super(message, options);
    this.reason = options.reason ?? 'disk_full';
  }
}

/** There is no image under this key. */
export class ImageMissingError extends StorageError {
  override name = 'ImageMissingError';
  readonly key: string;

  constructor(key: string, options?: ErrorOptions) {
    super(`there is no image ${key}`, options);
    this.key = key;
  }
}

/** There is no store where one is looked for: nothing was ever stored, or a disk is not mounted. */
export class ImageStoreMissingError extends StorageError {
  override name = 'ImageStoreMissingError';

  constructor(folder: string) {
    super(`there is no folder ${folder}`);
  }
}

const FULL: Readonly<Record<string, readonly [reason: FullReason, words: string]>> = {
  ENOSPC: ['disk_full', 'the disk is full'],
  EDQUOT: ['quota_exceeded', 'the quota is used up'],
};

/** Of writing; to whom reading is refused the store may have room all the same. */
const UNWRITABLE: typeof FULL = {
  ...FULL,
  EROFS: ['read_only', 'the file system is mounted read-only'],
  EACCES: ['not_permitted', 'this user may not write there'],
  EPERM: ['not_permitted', 'this user may not write there'],
};

/** Classes a system error: the disk is full, or something else. A StorageError passes unchanged. */
export function toStorageError(doing: string, error: unknown): StorageError {
  return classed(doing, error, FULL);
}

/** Classes a system error of writing: the store takes no image, or something else. A StorageError passes unchanged. */
export function toWriteError(doing: string, error: unknown): StorageError {
  return classed(doing, error, UNWRITABLE);
}

function classed(doing: string, error: unknown, full: typeof FULL): StorageError {
  if (error instanceof StorageError) return error;
  const code = systemCode(error) ?? '';
  const known = Object.hasOwn(full, code) ? full[code] : undefined;
  if (known !== undefined) {
    const [reason, words] = known;
    return new StorageFullError(`${doing}: ${words} (${code})`, { cause: error, reason });
  }
  return new StorageError(`${doing}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/** The errno name of a system error, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
