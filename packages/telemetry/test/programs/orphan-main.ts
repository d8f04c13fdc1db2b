/** Logs, and ends, when its supervisor is gone. */
import { createLogger } from '@ocrelay/telemetry';

const log = createLogger({ name: 'orphan', level: 'info', format: 'json' });
process.once('disconnect', () => {
  for (let line = 0; line < 100; line += 1) log.info({ line }, 'nobody reads this');
  process.exit(0);
});
process.send?.('ready');
