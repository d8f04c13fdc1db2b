import { describe, expect, test } from '@jest/globals';
import { BACKENDS, startOcrelay, stopChild } from '../support/ocrelay.ts';

/** What the README promises of a worker that dies: its lease runs out after 10 s, and somebody has to notice. */
const PROMISED_S = 15;
const TASKS = 20;

/** The settings that users have where they set none; other tests quicken them. */
const AS_INSTALLED = { RECONCILE_INTERVAL_MS: '' };

describe.each(BACKENDS)('with the settings as installed, queues on %s', (backend) => {
  test(`the tasks of a killed worker go on within ${PROMISED_S} s`, async () => {
    const ocrelay = await startOcrelay(backend, AS_INSTALLED);
    try {
      const victim = await ocrelay.startWorker();
      ocrelay.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
      await Promise.all(Array.from({ length: TASKS }, () => ocrelay.upload()));
      await ocrelay.ocr.waitFor((stats) => stats.openPolls === TASKS);
      await ocrelay.startWorker();
      const { rows: clock } = await ocrelay.sql.query('select clock_timestamp() as now');
      await stopChild(victim);
      await ocrelay.ocr.waitFor((stats) => stats.openPolls === 0);
      await ocrelay.ocr.waitFor((stats) => stats.openPolls === TASKS);
      const { rows } = await ocrelay.sql.query(
        `select count(distinct task_id)::int as tasks, extract(epoch from max(created_at) - $1)::float8 as last_s
         from task_events where type = 'rescued'`,
        [clock[0].now],
      );
      expect(rows[0].tasks).toBe(TASKS);
      expect(rows[0].last_s).toBeLessThan(PROMISED_S);
    } finally {
      await ocrelay.stop();
    }
  });
});
