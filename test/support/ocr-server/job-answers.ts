/** What the server says of a job, in the shapes of the jobs protocol. */
import type { JobPlan } from './job-plan.ts';
import type { FakeJob } from './stats.ts';

interface JobEvent {
  readonly seq: number;
  readonly type: string;
  readonly payload?: unknown;
}

/** All events so far, in the order in which this job tells them. */
export function eventsOf(job: FakeJob): JobEvent[] {
  const { plan, done } = job;
  if (plan.events === 'none') return [];
  const progress = { done_pages: done && plan.ends === 'finished' ? plan.pages : 0, total_pages: plan.pages };
  const events: JobEvent[] = [
    { seq: 1, type: 'queued' },
    { seq: 2, type: 'running', payload: { done_pages: 0, total_pages: plan.pages } },
  ];
  if (plan.events === 'unknown_types') events.push({ seq: 3, type: 'layout_warmed_up', payload: ['whatever'] });
  if (done && plan.ends === 'finished') events.push({ seq: 4, type: 'finished', payload: progress });
  if (done && plan.ends === 'failed') events.push({ seq: 4, type: 'failed', ...failure(plan) });
  if (plan.events === 'duplicated') return events.flatMap((event) => [event, event]);
  return plan.events === 'out_of_order' ? events.reverse() : events;
}

function failure({ message, messageIn }: JobPlan): { payload?: unknown } {
  if (messageIn === 'payload') return { payload: message };
  if (messageIn === 'payload.message') return { payload: { message } };
  return messageIn === 'payload.error_message' ? { payload: { error_message: message } } : {};
}

/** Names the file in its text, so that a test can tell whose result it is. */
export function resultOf(job: FakeJob): string | Buffer {
  const { plan, id } = job;
  if (plan.result !== undefined) return plan.result;
  const failed = plan.ends === 'failed';
  return JSON.stringify({
    job_id: id,
    final: {
      job_id: id,
      status: plan.ends,
      total_pages: plan.pages,
      done_pages: failed ? 0 : plan.pages,
      error_message: failed ? plan.message : '',
      elapsed_seconds: 4.62,
      ended_at_ms: job.endedAtMs,
    },
    pages: failed ? [] : Array.from({ length: plan.pages }, (_, index) => page(job, index)),
  });
}

function page(job: FakeJob, index: number) {
  const several = job.plan.pages > 1;
  return {
    input_path: '/srv/ocr/in/origin.png',
    page_index: several ? index : null,
    page_count: several ? job.plan.pages : null,
    width: 912,
    height: 1280,
    model_settings: { use_doc_preprocessor: false, use_layout_detection: true },
    parsing_res_list: [
      block(0, 'doc_title', 'Delivery note 2024-117', [40, 42, 877, 90], 1),
      block(1, 'text', `file ${job.sha256 ?? job.filename ?? job.id}`, [40, 92, 877, 118], 2),
      block(2, 'table', TABLE, [40, 120, 877, 960], null),
      block(3, 'image', '', [535, 969, 684, 1021], null),
    ],
    layout_det_res: {
      input_path: null,
      page_index: null,
      boxes: [{ cls_id: 21, label: 'table', score: 0.98, coordinate: [40.3, 120.6, 877.0, 960.6] }],
    },
  };
}

const TABLE =
  '<table><tr><td colspan="2">Item</td><td>Qty</td></tr><tr><td rowspan="2">Bolts</td><td>M6</td><td>40</td></tr>' +
  '<tr><td>M8</td><td>12</td></tr></table>';

function block(id: number, label: string, content: string, bbox: readonly number[], order: number | null) {
  return {
    block_label: label,
    block_content: content,
    block_bbox: bbox,
    block_id: id,
    block_order: order,
    group_id: id,
  };
}
