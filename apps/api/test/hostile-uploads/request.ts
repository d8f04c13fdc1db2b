/** Requests as bytes: what `fetch` would never send. */

/** How a client leaves: it waits for the answer, shuts down its half, or resets the connection. */
export type Ending = 'waits' | 'half_closes' | 'resets';

/** Bytes for one connection, and what their sender does then. */
export interface HostileRequest {
  readonly bytes: Buffer;
  readonly ending: Ending;
}

/** A name of the attack, what is sent, and the exact answer: `422 image_corrupt`, `201`, or `no answer`. */
export type Attack = readonly [name: string, request: HostileRequest, answer: string];

export const UPLOAD = '/api/v1/upload/image';
export const BOUNDARY = 'b0undary';

/** Text and bytes, one after the other; text as UTF-8. */
export function bytes(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

/** The whole request as given. */
export function raw(given: string | Uint8Array, ending: Ending = 'waits'): HostileRequest {
  return { bytes: bytes(given), ending };
}

export interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  readonly version?: string;
  /** Lines without their ends; `Host` and `Content-Length` are added unless they are among them. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
  readonly ending?: Ending;
}

/** A request that is well framed where the attack does not say otherwise. */
export function request(parts: RequestParts): HostileRequest {
  const { method = 'POST', path = UPLOAD, version = 'HTTP/1.1', headers = [], body = '', ending = 'waits' } = parts;
  const has = (name: string) => headers.some((line) => line.toLowerCase().startsWith(`${name}:`));
  const lines = [
    `${method} ${path} ${version}`,
    ...(has('host') ? [] : ['Host: localhost']),
    ...(has('content-length') || has('transfer-encoding') ? [] : [`Content-Length: ${bytes(body).length}`]),
    ...headers,
  ];
  return raw(bytes(lines.join('\r\n'), '\r\n\r\n', body), ending);
}

export interface FileParts {
  /** The value of `Content-Disposition`; by default a file `scan.png` in the field `file`. */
  readonly disposition?: string | Uint8Array;
  /** Further header lines of the part, each with its line end. */
  readonly more?: string;
}

/** One part of a form, without the boundary's end. */
export function part(content: string | Uint8Array, { disposition, more }: FileParts = {}): Buffer {
  const value = disposition ?? 'form-data; name="file"; filename="scan.png"';
  const type = more ?? 'Content-Type: image/png\r\n';
  return bytes(`--${BOUNDARY}\r\nContent-Disposition: `, value, '\r\n', type, '\r\n', content, '\r\n');
}

/** Parts, and the end of the form. */
export function form(...parts: readonly Buffer[]): Buffer {
  return bytes(...parts, `--${BOUNDARY}--\r\n`);
}

export const FORM_TYPE = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;

/** An upload of a form. */
export function formRequest(body: Uint8Array, parts: RequestParts = {}): HostileRequest {
  return request({ ...parts, headers: [FORM_TYPE, ...(parts.headers ?? [])], body });
}

/** A well-behaved upload of a file, whatever the file is. */
export function upload(file: string | Uint8Array, of: FileParts = {}): HostileRequest {
  return formRequest(form(part(file, of)));
}
