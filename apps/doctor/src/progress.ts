/** One line that is written over and over, on a terminal; nothing elsewhere. */
export interface Progress {
  show(what: string, done: number, of: number): void;
  /** To be called before anything else is written. */
  clear(): void;
}

const CLEAR = '\r\u001b[K';

/** @param stream null: nobody watches. */
export function createProgress(stream: NodeJS.WritableStream | null): Progress {
  let shown = false;
  return {
    show(what, done, of) {
      stream?.write(`${CLEAR}  ${what} ${done.toLocaleString('en')}/${of.toLocaleString('en')}`);
      shown = true;
    },
    clear() {
      if (shown) stream?.write(CLEAR);
      shown = false;
    },
  };
}
