/** A signal that aborts with the first of several. */
export interface FirstOf {
  readonly signal: AbortSignal;
  /** Stops listening: the others live as long as the process, and would remember every signal made of them. */
  release(): void;
}

/** Not `AbortSignal.any`: on Node 20 what that returns can be garbage-collected and never fire (nodejs/node#57736). */
export function firstOf(signals: readonly AbortSignal[]): FirstOf {
  const first = new AbortController();
  const listeners = signals.map((signal) => {
    const abort = () => first.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  });
  const release = () => {
    for (const stop of listeners) stop();
  };
  return { signal: first.signal, release };
}
