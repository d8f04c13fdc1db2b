/** Something that waits until the test lets it go on. */
export interface Held {
  readonly until: Promise<void>;
  release(): void;
}

export function held(): Held {
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release: () => release() };
}
