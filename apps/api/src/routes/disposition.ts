import { create } from 'content-disposition';

const ASCII = /^[ -~]*$/;

/**
 * `Content-Disposition` with the name of a file (RFC 6266). Clients that know ASCII only get the name without accents, or, where
 * that is not enough, another one instead of a row of question marks.
 * @param otherwise in ASCII
 */
export function disposition(type: 'attachment' | 'inline', filename: string, otherwise: string): string {
  if (ASCII.test(filename)) return create(filename, { type });
  const bare = filename.normalize('NFKD').replace(/\p{M}/gu, '');
  return create(filename, { type, fallback: ASCII.test(bare) ? bare : otherwise });
}
