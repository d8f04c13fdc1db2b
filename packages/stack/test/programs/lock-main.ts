/** Takes the lock of a data folder and says how that went; holds it until it is killed. */
import { lockDataDir } from '../../src/data-lock.ts';

try {
  const { afterCrash } = lockDataDir(process.argv[2] ?? '');
  process.send?.({ taken: true, afterCrash });
} catch (error) {
  process.send?.({ taken: false, why: String(error) });
}
process.on('disconnect', () => process.exit());
