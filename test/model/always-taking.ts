import { createClaimer, registerEndpoints, unpark } from '@ocrelay/tasks';
import type { EndpointsOf } from '../support/in-process/worker-process.ts';

/** Endpoints as if their breakers never opened and they had no limit: those have tests of their own, and hide what is looked at here. */
export const alwaysTaking: EndpointsOf = ({ database, ocr, queues, workerId }) => ({
  claim: createClaimer(database.db, workerId, 'submit'),
  taken: () => {},
  answered: () => {},
  failed: () => {},
  freed: () => {},
  isDown: () => false,
  downFor: () => null,
  async look() {
    await registerEndpoints(database.db, ocr.endpoints);
    await queues.addBulk(await unpark(database.db, { urls: ocr.endpoints, maxInFlight: null }, 100));
  },
});
