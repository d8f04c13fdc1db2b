import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, startOcrelay, type TestOcrelay } from '../support/ocrelay.ts';

describe.each(BACKENDS)('polls share their slots, queues on %s', (backend) => {
  let ocrelay: TestOcrelay;

  beforeAll(async () => {
    ocrelay = await startOcrelay(backend, {
      POLL_CONCURRENCY: '2',
      // Far beyond the patience of this test: only polls that are cut short let the others in.
      OCR_POLL_MS: '300000',
    });
    await ocrelay.startWorker();
  });
  afterAll(() => ocrelay.stop());

  test('a job that has finished does not stand behind the long polls of jobs that have not', async () => {
    ocrelay.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
    const endless = [await ocrelay.upload(), await ocrelay.upload()];
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 2);
    ocrelay.ocr.script({ job: {} });
    const finished = await Promise.all(Array.from({ length: 6 }, () => ocrelay.upload()));
    for (const id of finished) await ocrelay.reaches(id, 'ocr_done');
    for (const id of endless) {
      expect(await ocrelay.task(id)).toMatchObject({ status: 'ocr_processing', error_code: null });
      const types = (await ocrelay.events(id)).map((event) => event.type).filter((type) => type !== 'progress');
      expect(types).toEqual(['uploaded', 'queued', 'submitted']); // going round writes no event
    }
  });
});
