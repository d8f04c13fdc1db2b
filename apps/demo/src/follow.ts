import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type TaskView } from '@ocrelay/contracts';
import type { ApiClient } from './api-client.ts';

const LOOK_MS = 250;
/** The stack would wait for the OCR service for a day; somebody who looks on wants to hear of it sooner. */
const PATIENCE_MS = 60_000;

/**
 * Looks at a task until it has ended well.
 * @param report called with each look
 * @returns the task as it is then
 * @throws Error when it ends otherwise, or waits for the OCR service for more than a minute.
 */
export async function followTask(
  api: ApiClient,
  id: string,
  report: (task: TaskView) => void,
  signal: AbortSignal,
): Promise<TaskView> {
  let waitingSince: number | null = null;
  for (;;) {
    const task = await api.task(id);
    report(task);
    if (task.status === 'ocr_done') return task;
    const why = task.error_message ?? task.error_code ?? task.waiting_reason ?? 'no reason given';
    if (isTerminal(task.status)) throw new Error(`${task.status}: ${why}`);
    waitingSince = task.waiting_reason === null ? null : (waitingSince ?? performance.now());
    if (waitingSince !== null && performance.now() - waitingSince > PATIENCE_MS) {
      throw new Error(`still waiting for the OCR service after ${PATIENCE_MS / 1000} s: ${why}`);
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
}
