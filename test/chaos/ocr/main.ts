/**
 * The OCR service of a chaos run, a process of its own so that it can be killed and frozen: PORT, JOURNAL (the file to which
 * it writes what it does). The weather, and when to forget its jobs, it is told by its parent.
 */
import { startFakeOcr } from '../../support/ocr-server/index.ts';
import { OFFERS_CANCEL } from '../../support/ocr-server/plan.ts';
import { fateOf } from './fate.ts';
import { writeJournal } from './journal.ts';
import type { Weather } from './weather.ts';

/** What its parent tells it. */
export type OcrOrder = { readonly weather: readonly Weather[] } | { readonly forget: true };

const { PORT = '0', JOURNAL = '' } = process.env;
const server = await startFakeOcr({
  port: Number(PORT),
  observer: writeJournal(JOURNAL),
  plan: { health: OFFERS_CANCEL, job: ({ sha256 }) => fateOf(sha256 ?? '') },
});

process.on('message', (order: OcrOrder) => {
  if ('forget' in order) return server.forget();
  server.script({
    faults: order.weather.map(({ call, does, share }) => ({ call, does, when: () => Math.random() < share })),
  });
});
process.send?.({ type: 'listening', port: server.port });

const stop = () => void server.close().then(() => process.exit(0));
process.once('SIGTERM', stop).once('disconnect', stop);
