/** Says something again and again until it is asked to stop; then tidies up, and says so to its parent. */
import { stopSignals } from '../../src/stop-signals.ts';

const talking = setInterval(() => console.log('and another line'), 5);
stopSignals().first.addEventListener('abort', () => {
  clearInterval(talking);
  console.log('the last one');
  process.send?.('tidied up', () => process.exit(7));
});
