/** The store did not do what it was asked to; `cause` holds the system's error. */
export class StorageError extends Error {
  override name = 'StorageError';
}

/** There is no room for another image: the disk or a quota is full. */
export class StorageFullError extends StorageError {
  override name = 'StorageFullError';
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

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Classes a system error: the disk is full, or something else. A StorageError passes unchanged. */
export function toStorageError(doing: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const code = systemCode(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (code !== undefined && FULL.has(code))
    return new StorageFullError(`${doing}: the disk is full (${code})`, { cause: error });
  return new StorageError(`${doing}: ${reason}`, { cause: error });
}

/** The errno name of a system error, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
