import Sequencer from '@jest/test-sequencer';

/**
 * Suites that take long, the longest first, as they do on a fresh checkout: Jest knows nothing of them there, and would judge
 * by the length of the file. One of these that came last would have one processor wait for the other.
 */
const LONG = [
  'test/integration/recovery',
  'test/integration/endpoints',
  'apps/doctor/test/doctor',
  'test/integration/faults',
  'test/integration/crashes',
  'test/crash/documents',
  'test/integration/documents',
  'test/crash/document-operations',
  'test/crash/rounds',
  'test/crash/stages',
  'test/integration/operations',
  'packages/stack/test/stack',
  'apps/api/test/hostile-uploads',
  'test/integration/metrics',
  'test/integration/stored-images',
  'test/integration/hostile-ocr',
  'apps/api/test/document-workshop',
  'apps/api/test/process',
  'test/e2e/start',
  'packages/document/test/derive/grid',
  'test/integration/reading',
  'test/integration/takeover',
  'apps/ocr-engine/test/engine',
  'test/e2e/demo',
  'test/model',
];

/** The order of Jest, with the suites that are known to take long before all others. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const found = LONG.findIndex((suite) => path.replaceAll('\\', '/').includes(`/${suite}`));
      return found === -1 ? LONG.length : found;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
