import * as z from 'zod';
import { errorCode } from './error-codes.ts';
import { stage, status } from './statuses.ts';

const time = z.iso.datetime({ offset: true });

/** A task as the API shows it. */
export const taskView = z
  .object({
    task_id: z.uuid(),
    parent_id: z
      .uuid()
      .nullable()
      .describe('the document that this task is a page of; null for what was uploaded itself'),
    page: z.int().nullable().describe('which page of it, counted from 1'),
    ocr_job_id: z
      .string()
      .nullable()
      .describe("the OCR service's id; set from `ocr_processing` on. Null for a document that is read page by page"),
    status,
    error_message: z.string().nullable().describe('what is wrong now, in words; null when nothing is'),
    error_code: errorCode.nullable(),
    stage: stage.nullable().describe('the step that the task is in, or ended in; null before its start'),
    image_path: z.string().describe("the image store's key"),
    original_filename: z.string().nullable(),
    content_type: z.string(),
    size_bytes: z.int(),
    sha256: z.string(),
    width: z.int().describe('pixels, upright; of a document, its first page'),
    height: z.int().describe('pixels, upright; of a document, its first page'),
    progress: z
      .object({
        done_pages: z.int(),
        total_pages: z.int(),
        failed_pages: z
          .int()
          .optional()
          .describe(
            'pages that have ended without a reading, of a document that is read page by page; `/pages` tells why',
          ),
      })
      .nullable(),
    attempt: z.int().describe('consecutive tries of the current stage, from 1; 0 before the first'),
    waits: z.int().describe('consecutive pauses that do not count as attempts'),
    waiting_reason: errorCode.nullable().describe('what the task waits for'),
    next_attempt_at: time.nullable(),
    submissions: z
      .int()
      .describe('how often it was submitted to the OCR service; 0 for a document that is read page by page'),
    created_at: time,
    updated_at: time,
    submitted_at: time.nullable(),
    finished_at: time.nullable(),
  })
  .meta({ id: 'Task' });
export type TaskView = z.infer<typeof taskView>;

/** One entry of a task's timeline. */
export const taskEventView = z
  .object({
    event_id: z.int(),
    type: z.string(),
    generation: z.int(),
    stage: stage.nullable(),
    attempt: z.int(),
    count: z.int().describe('how many alike this entry stands for: consecutive waits for one cause are one'),
    data: z.record(z.string(), z.unknown()),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'TaskEvent' });
export type TaskEventView = z.infer<typeof taskEventView>;
