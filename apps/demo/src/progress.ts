import { createLogUpdate } from 'log-update';

/** Shows how several things move on, each under its name. */
export interface Progress {
  set(name: string, state: string): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** On a terminal one line each, redrawn in place; elsewhere a line for each change. */
export function createProgress(stream: NodeJS.WriteStream, names: readonly string[]): Progress {
  const width = Math.max(...names.map((name) => name.length));
  const startedAt = performance.now();
  const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(7);
  if (!stream.isTTY) {
    const last = new Map<string, string>();
    return {
      set: (name, state) => {
        if (last.get(name) === state) return;
        last.set(name, state);
        stream.write(`${seconds()}  ${name.padEnd(width)}  ${state}\n`);
      },
      end: () => {},
    };
  }
  const update = createLogUpdate(stream);
  const states = new Map(names.map((name) => [name, { state: 'uploading', at: seconds() }]));
  let frame = 0;
  const draw = (): void => {
    const lines = [...states].map(([name, { state, at }]) => {
      const over = /^(done|failed|cancelled)/.test(state);
      const sign = over ? (state === 'done' ? '✔' : '✖') : FRAMES[frame % FRAMES.length];
      return `${sign} ${over ? at : seconds()}  ${name.padEnd(width)}  ${state}`;
    });
    update(lines.join('\n'));
  };
  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, FRAME_MS);
  return {
    set: (name, state) => {
      if (states.get(name)?.state !== state) states.set(name, { state, at: seconds() });
    },
    end: () => {
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}
