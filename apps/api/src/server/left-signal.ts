import type { ServerResponse } from 'node:http';
import { type FirstOf, firstOf } from '@ocrelay/lifecycle';

/** A signal that aborts when the client has left, or has its answer, and with the first of the others. */
export function leftSignal(res: ServerResponse, ...others: readonly AbortSignal[]): FirstOf {
  const left = new AbortController();
  const leave = () => left.abort();
  res.once('close', leave);
  const { signal, release } = firstOf([left.signal, ...others]);
  return {
    signal,
    release() {
      res.off('close', leave);
      release();
    },
  };
}
