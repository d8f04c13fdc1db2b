import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uniqueImage } from '../support/images.ts';
import type { JobPlan } from '../support/ocr-server/index.ts';
import { BACKENDS, sha256, startOcrelay, type TestOcrelay } from '../support/ocrelay.ts';

describe.each(BACKENDS)('reading an image, queues on %s', (backend) => {
  let ocrelay: TestOcrelay;

  beforeAll(async () => {
    ocrelay = await startOcrelay(backend);
    await ocrelay.startWorker();
  });
  afterAll(() => ocrelay.stop());

  test('an uploaded image waits for its start, and then is read once', async () => {
    const image = uniqueImage();
    const id = await ocrelay.upload({ image, start: false });
    expect(await ocrelay.task(id)).toMatchObject({ status: 'uploaded', ocr_job_id: null, stage: null, attempt: 0 });

    const started = await ocrelay.request(`/api/v1/ocr/start/${id}`, { method: 'POST' });
    expect(started.status).toBe(200);
    const { data } = (await started.json()) as { data: { ocr_job_id: string } };
    expect(data).toMatchObject({ task_id: id, status: 'ocr_processing', ocr_job_id: expect.any(String) });

    const done = await ocrelay.reaches(id, 'ocr_done');
    expect(done).toMatchObject({ ocr_job_id: data.ocr_job_id, error_code: null, error_message: null, submissions: 1 });
    expect(done.finished_at).not.toBeNull();
    expect(ocrelay.ocr.stats.reads.get(sha256(image))).toBe(1);
    const types = (await ocrelay.events(id)).map((event) => event.type);
    expect(types.filter((type) => type !== 'progress')).toEqual([
      'uploaded',
      'queued',
      'submitted',
      'ocr_ended',
      'done',
    ]);
  });

  test('the result is kept byte for byte, however odd its bytes', async () => {
    const raw = Buffer.from(
      '{ "job_id":"x",\r\n\t"final":{"status":"finished"}, "pages":[{"parsing_res_list":[' +
        '{"block_label":"text","block_content":"a\\u0000b\\ud800c"}]}], "n": 1.50 }\n',
    );
    ocrelay.ocr.script({ job: { result: raw } });
    const id = await ocrelay.upload();
    await ocrelay.reaches(id, 'ocr_done');
    ocrelay.ocr.script({ job: {} });

    const response = await ocrelay.request(`/api/v1/tasks/${id}/result/raw`);
    expect(Buffer.from(await response.arrayBuffer()).equals(raw)).toBe(true);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('etag')).toContain(sha256(raw));
    const text = await (await ocrelay.request(`/api/v1/tasks/${id}/text`)).text();
    expect(text).toContain('ab');
    expect(text).not.toContain('\0');
  });

  test('a result of many MiB is kept whole', async () => {
    const block = { block_label: 'text', block_content: 'x'.repeat(1_000) };
    const raw = Buffer.from(
      JSON.stringify({
        final: { status: 'finished' },
        pages: [{ parsing_res_list: Array.from({ length: 6_000 }, () => block) }],
      }),
    );
    ocrelay.ocr.script({ job: { result: raw } });
    const id = await ocrelay.upload();
    await ocrelay.reaches(id, 'ocr_done');
    ocrelay.ocr.script({ job: {} });
    const response = await ocrelay.request(`/api/v1/tasks/${id}/result/raw`);
    expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(raw));
  });

  test.each<[string, Partial<JobPlan>]>([
    ['events repeat', { events: 'duplicated' }],
    ['events come out of order', { events: 'out_of_order' }],
    ['events are of unknown types', { events: 'unknown_types' }],
    ['it is done without any event', { events: 'none' }],
    ['it takes longer than a long poll', { durationMs: 2_500 }],
    ['it has several pages', { pages: 3, durationMs: 200 }],
  ])('a job is read when %s', async (_, job) => {
    ocrelay.ocr.script({ job });
    const id = await ocrelay.upload();
    const done = await ocrelay.reaches(id, 'ocr_done');
    ocrelay.ocr.script({ job: {} });
    expect(done).toMatchObject({
      submissions: 1,
      progress: { done_pages: job.pages ?? 1, total_pages: job.pages ?? 1 },
    });
  });

  test('a service that answers 200 to a submit is understood like one that answers 201', async () => {
    ocrelay.ocr.script({ submitStatus: 200 });
    const id = await ocrelay.upload();
    expect(await ocrelay.reaches(id, 'ocr_done')).toMatchObject({ submissions: 1 });
    ocrelay.ocr.script({ submitStatus: 201 });
  });

  test('two hundred images at once on two workers are each read once, with one result each', async () => {
    await ocrelay.startWorker();
    ocrelay.ocr.script({ job: { durationMs: 50 } });
    const images = Array.from({ length: 200 }, () => uniqueImage());
    const ids = await Promise.all(images.map((image) => ocrelay.upload({ image })));
    for (const id of ids) await ocrelay.reaches(id, 'ocr_done');
    ocrelay.ocr.script({ job: {} });
    const readAgain = ids.filter((_, index) => ocrelay.ocr.stats.reads.get(sha256(images[index] as Buffer)) !== 1);
    expect(await Promise.all(readAgain.map((id) => ocrelay.events(id)))).toEqual([]); // their timelines say why
    const { rows } = await ocrelay.sql.query('select count(*)::int from ocr_results where task_id = any($1)', [ids]);
    expect(rows[0]).toEqual({ count: 200 });
  });
});
