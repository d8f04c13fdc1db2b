/** A supervisor of the whole stack, with stand-ins for the programs. Says where things are, and stops on SIGTERM. */
import { loadStackConfig } from '@ocrelay/config';
import { startStack, stopSignals } from '@ocrelay/stack';

const signals = stopSignals();
const child = new URL('./child-main.js', import.meta.url);
const lines: string[] = [];
try {
  const stack = await startStack(
    loadStackConfig(),
    {
      entries: { api: child, worker: child, engine: child },
      print: (source, line) => lines.push(`${source} ${line}`),
      restart: true,
      onDown: (what) => process.send?.({ down: what }),
    },
    signals.first,
  );
  process.send?.({ apiUrl: stack.apiUrl, lines });
  signals.first.addEventListener('abort', () => void stack.stop().then(() => process.exit(0)));
} catch (error) {
  process.send?.({ error: String(error) }, () => process.exit(1));
}
