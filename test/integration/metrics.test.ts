import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Exposed, readExposition } from '../support/exposition.ts';
import { BACKENDS, startOcrelay, stopChild, type TestOcrelay } from '../support/ocrelay.ts';
import { waitFor } from '../support/wait-for.ts';

describe.each(BACKENDS)('metrics, queues on %s', (backend) => {
  let ocrelay: TestOcrelay;
  let workerUrl: string;

  const scrape = async (url: string): Promise<Exposed> => {
    const answer = await fetch(`${url}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    return readExposition(await answer.text());
  };
  const scrapeUntil = (url: string, what: string, holds: (seen: Exposed) => boolean) =>
    waitFor(what, async () => {
      const seen = await scrape(url);
      return holds(seen) && seen;
    });

  beforeAll(async () => {
    ocrelay = await startOcrelay(backend, { SUBMIT_ATTEMPTS: '3' });
    await ocrelay.startWorker({ HEALTH_PORT: '0' });
    const port = await waitFor(
      'the worker to say where it answers',
      () => /"port":(\d+),"msg":"health and metrics/.exec(ocrelay.logs())?.[1],
    );
    workerUrl = `http://127.0.0.1:${port}`;
  });
  afterAll(() => ocrelay.stop());

  test('a task that is read moves each stage by one', async () => {
    await ocrelay.reaches(await ocrelay.upload(), 'ocr_done');
    const stages = { submit: 1, poll: 1, store: 1 };
    const seen = await scrapeUntil(
      workerUrl,
      'the stages to be counted',
      (now) => now.value('ocrelay_stage_duration_seconds_count', { stage: 'store', outcome: 'done' }) === 1,
    );
    for (const [stage, times] of Object.entries(stages)) {
      expect([stage, seen.value('ocrelay_stage_duration_seconds_count', { stage, outcome: 'done' })]).toEqual([
        stage,
        times,
      ]);
    }
    for (const call of ['submit', 'result']) {
      expect(seen.value('ocrelay_ocr_call_duration_seconds_count', { call, outcome: 'ok' })).toBe(1);
    }
    // What may go wrong is there from the beginning: of a counter that appears with 1, no increase is seen.
    for (const name of ['tasks_parked', 'tasks_resubmitted', 'tasks_rescued', 'breaker_openings']) {
      expect([name, seen.value(`ocrelay_${name}_total`)]).toEqual([name, 0]);
    }
    expect(seen.types.has('nodejs_eventloop_lag_seconds')).toBe(true);
    expect(seen.value('ocrelay_tasks')).toBeUndefined(); // the installation is the API's to show
  });

  test('attempts that fail are counted by stage and code, and so is the task that they end', async () => {
    ocrelay.ocr.script({ faults: [{ call: 'submit', times: 3, does: { kind: 'status', status: 500 } }] });
    const { error_code: code } = await ocrelay.reaches(await ocrelay.upload(), 'ocr_failed');
    const labels = { stage: 'submit', code: code ?? '' };
    const seen = await scrapeUntil(
      workerUrl,
      'the failed task to be counted',
      (now) => now.value('ocrelay_tasks_failed_total', labels) === 1,
    );
    expect(seen.value('ocrelay_attempts_failed_total', labels)).toBe(2);
    expect(seen.value('ocrelay_stage_duration_seconds_count', { stage: 'submit', outcome: 'retry' })).toBe(2);
    expect(seen.value('ocrelay_stage_duration_seconds_count', { stage: 'submit', outcome: 'fail' })).toBe(1);
    expect(seen.value('ocrelay_ocr_call_duration_seconds_count', { call: 'submit', outcome: 'fault' })).toBe(3);
  });

  test('a job that the service forgets is counted as submitted again', async () => {
    ocrelay.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY }, faults: [] });
    const id = await ocrelay.upload();
    await ocrelay.ocr.waitFor((stats) => stats.openPolls === 1);
    ocrelay.ocr.script({ job: {} });
    ocrelay.ocr.forget();
    for (const job of ocrelay.ocr.stats.jobs.values()) ocrelay.ocr.end(job);
    await ocrelay.reaches(id, 'ocr_done');
    expect((await scrape(workerUrl)).value('ocrelay_tasks_resubmitted_total')).toBe(1);
  });

  test('a service that is down opens the breaker and parks tasks, and the API shows it', async () => {
    await ocrelay.ocr.kill();
    await ocrelay.upload();
    const endpoint = ocrelay.ocr.url;
    const parked = (times: number) =>
      scrapeUntil(
        workerUrl,
        `${times} tasks to be parked, and the breaker to be open`,
        (now) =>
          now.value('ocrelay_tasks_parked_total') === times &&
          now.value('ocrelay_breaker_openings_total', { endpoint }) === 1,
      );
    await parked(1); // the task that met the trouble
    await ocrelay.upload();
    await parked(2); // one that came later, and met nothing but the open breaker
    const api = await scrapeUntil(
      ocrelay.apiUrl,
      'the parked tasks to be shown',
      (now) => now.value('ocrelay_parked_tasks') === 2,
    );
    expect(api.value('ocrelay_endpoint_breaker_state', { endpoint, state: 'open' })).toBe(1);
    expect(api.value('ocrelay_tasks', { status: 'queued' })).toBe(2);
    const { rows } = await ocrelay.sql.query("select count(*)::int as done from tasks where status = 'ocr_done'");
    expect(api.value('ocrelay_tasks', { status: 'ocr_done' })).toBe(rows[0].done);
    expect(api.value('ocrelay_workers_alive')).toBe(1);
    await ocrelay.ocr.revive();
  });

  test('a job that the queue has lost is counted when it is restored, and so are rounds that go well', async () => {
    ocrelay.ocr.script({ faults: [] });
    const id = await ocrelay.upload({ start: false });
    await ocrelay.sql.query(
      `update tasks set status = 'queued', stage = 'submit', started_at = now(), deadline_at = now() + interval '1 h',
              dispatch = dispatch + 1, due_at = now() where id = $1`,
      [id],
    );
    await ocrelay.reaches(id, 'ocr_done');
    const seen = await scrapeUntil(
      workerUrl,
      'a round to go through',
      (now) => (now.value('ocrelay_last_reconcile_timestamp_seconds') ?? 0) > 0,
    );
    expect(seen.value('ocrelay_jobs_restored_total', { cause: 'absent' })).toBeGreaterThanOrEqual(1);
    expect(seen.value('ocrelay_last_reconcile_timestamp_seconds')).toBeLessThanOrEqual(Date.now() / 1000);
  });

  test('what a dead worker had is counted by the one that takes it over', async () => {
    const victim = await ocrelay.startWorker();
    ocrelay.ocr.script({ job: { durationMs: Number.POSITIVE_INFINITY } });
    await waitFor('the second worker to hold a task', async () => {
      await ocrelay.upload();
      const { rows } = await ocrelay.sql.query(
        "select t.id from tasks t join workers w on w.id = t.claimed_by where w.pid = $1 and t.stage = 'poll'",
        [victim.pid],
      );
      return rows.length > 0;
    });
    await stopChild(victim);
    await scrapeUntil(
      workerUrl,
      'the tasks to be rescued',
      (now) => (now.value('ocrelay_tasks_rescued_total') ?? 0) > 0,
    );
  });

  test('no label holds anything of a task', async () => {
    const { rows } = await ocrelay.sql.query('select id, ocr_job_id from tasks');
    for (const url of [workerUrl, ocrelay.apiUrl]) {
      const text = await (await fetch(`${url}/metrics`)).text();
      for (const { id, ocr_job_id: job } of rows) {
        expect(text).not.toContain(id);
        if (job !== null) expect(text).not.toContain(job);
      }
      expect(text).not.toContain('scan.png');
    }
  });
});
