import type { Response } from 'express';

/** The name of the API key that a request came with; '' when the API runs without keys. */
export function keyNameOf(res: Response): string {
  const name: unknown = res.locals['keyName'];
  return typeof name === 'string' ? name : '';
}

export function setKeyName(res: Response, name: string): void {
  res.locals['keyName'] = name;
}
