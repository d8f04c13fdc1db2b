import { keepsTheQueuePromises } from './queue-promises.ts';
import { postgresForTest } from './test-backends.ts';

keepsTheQueuePromises('Postgres', postgresForTest);
