import * as z from 'zod';
import { type Stage, stage } from './statuses.ts';

/** What a queue job carries: which step of which run of which task. Never images, results or secrets. */
export const jobData = z.object({
  task_id: z.uuid(),
  stage,
  generation: z.int().positive(),
  dispatch: z.int().nonnegative(),
});
export interface JobData extends z.infer<typeof jobData> {
  readonly stage: Stage;
}

/** `<task>.<generation>.<dispatch>`: derived from the row, so that whoever adds a job adds the same one. */
export function jobId(data: Pick<JobData, 'task_id' | 'generation' | 'dispatch'>): string {
  return `${data.task_id}.${data.generation}.${data.dispatch}`;
}
