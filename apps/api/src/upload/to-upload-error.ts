import { StorageError, StorageFullError } from '@ocrelay/storage';
import multer from 'multer';
import { InspectionError } from './inspection/inspect-pdf.ts';
import { UploadError } from './upload-error.ts';
import { WHY_FULL } from './why-full.ts';

const HOW = 'send it as multipart/form-data in the field "file", as in: curl -F file=@scan.png';

/** No file came, and how to send one. */
export function fileMissing(): UploadError {
  return new UploadError('file_missing', `there is no file in the request; ${HOW}`);
}

/** Classes what ended an upload. Errors nobody foresaw pass unchanged. */
export function toUploadError(error: unknown): unknown {
  if (error instanceof UploadError) return error;
  if (error instanceof StorageFullError)
    return new UploadError('storage_full', WHY_FULL[error.reason], { reason: error.reason }, { cause: error });
  if (error instanceof StorageError) {
    return new UploadError('storage_unavailable', 'images cannot be stored at the moment; try again later', undefined, {
      cause: error,
    });
  }
  if (error instanceof multer.MulterError) return fromMulter(error);
  if (error instanceof InspectionError || error instanceof TypeError || error instanceof RangeError) return error;
  // What is left comes from reading the body: the parser's complaints, or a client that went away.
  const reason = error instanceof Error ? error.message : String(error);
  return new UploadError(
    'malformed_multipart',
    `the request body is not complete multipart/form-data (${reason}); ${HOW}`,
    undefined,
    { cause: error },
  );
}

function fromMulter(error: multer.MulterError): UploadError {
  const field = error.field?.slice(0, 100);
  switch (error.code) {
    case 'LIMIT_UNEXPECTED_FILE':
      // multer says the same of a second file in the right field.
      return field === 'file'
        ? new UploadError('unexpected_field', 'there is more than one file in the request; send one at a time', {
            field,
          })
        : new UploadError('unexpected_field', `there is a file in the field ${JSON.stringify(field ?? '')}; ${HOW}`, {
            field,
          });
    case 'LIMIT_FILE_COUNT':
      return new UploadError('unexpected_field', 'there is more than one file in the request; send one at a time', {
        field,
      });
    default:
      return new UploadError('malformed_multipart', `the request is not usable: ${error.message}; ${HOW}`, { field });
  }
}
