/** Requests to stop, as they come in: the first is gentle, the second is not. */
export interface StopSignals {
  readonly first: AbortSignal;
  readonly second: AbortSignal;
  /** As the first signal, from inside. */
  stop(): void;
}

/**
 * Listens to Ctrl-C (SIGINT), SIGTERM, and the closing of the terminal (SIGHUP). Output that nobody takes any more, as in
 * `npm run doctor | head`, is a gentle request, too: it would be an error of the stream that ends the process on the spot.
 */
export function stopSignals(): StopSignals {
  const first = new AbortController();
  const second = new AbortController();
  const stop = (): void => first.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => (first.signal.aborted ? second.abort() : stop()));
  }
  for (const output of [process.stdout, process.stderr]) output.on('error', stop);
  return { first: first.signal, second: second.signal, stop };
}

/** Resolves when it is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
