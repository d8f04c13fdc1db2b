/** What a program says to who started it, over the pipe between them. */
export type ChildMessage = { readonly type: 'listening'; readonly port: number } | { readonly type: 'ready' };

const LAST_RESORT_MS = 8_000;

/**
 * For a program that may be supervised: when its supervisor is gone, killed included, `stop` is called, once; what has not
 * ended 8 s later is ended. Does nothing in a program that was started alone, and does not keep the program alive.
 * @param stop as on SIGTERM when not given
 */
export function stopWhenParentGone(stop: () => void = emitSigterm): void {
  if (process.send === undefined) return;
  const onGone = (): void => {
    setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
    stop();
  };
  if (process.connected) process.once('disconnect', onGone);
  else onGone();
  process.channel?.unref();
}

function emitSigterm(): void {
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(143);
}

/** Tells the supervisor, if there is one, that this program is ready, and where it listens. */
export function tellParent(message: ChildMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {}); // it may be gone by now
}
