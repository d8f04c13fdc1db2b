import { expect, test } from '@jest/globals';
import type { TaskView } from '@ocrelay/contracts';
import { describeTask } from '../src/describe-task.ts';

const BEING_READ = { status: 'ocr_processing', stage: 'poll', attempt: 1, waiting_reason: null } as TaskView;
const IMAGE: TaskView = { ...BEING_READ, content_type: 'image/png' };
const DOCUMENT: TaskView = { ...BEING_READ, content_type: 'application/pdf', stage: null };

test.each<[string, TaskView]>([
  ['being read', { ...IMAGE, progress: null }],
  ['being read, page 0 of 1', { ...IMAGE, progress: { done_pages: 0, total_pages: 1 } }],
  ['being stored', { ...IMAGE, stage: 'store', progress: { done_pages: 1, total_pages: 1 } }],
  ['being read, 2 of 3 pages done', { ...DOCUMENT, progress: { done_pages: 2, total_pages: 3 } }],
  ['being read, 0 of 3 pages done', { ...DOCUMENT, status: 'queued', progress: { done_pages: 0, total_pages: 3 } }],
  ['queued', { ...DOCUMENT, status: 'queued', progress: null }],
  ['done', { ...DOCUMENT, status: 'ocr_done', progress: { done_pages: 3, total_pages: 3 } }],
  [
    'done, but for 1 of its pages',
    { ...DOCUMENT, status: 'ocr_done', progress: { done_pages: 2, total_pages: 3, failed_pages: 1 } },
  ],
])('says "%s"', (words, task) => {
  expect(describeTask(task)).toBe(words);
});
