import type { ErrorCode, Status } from '@ocrelay/contracts';
import type { ApiProcess } from '../support/in-process/api-process.ts';
import type { WorkerProcess } from '../support/in-process/worker-process.ts';
import type { World } from '../support/in-process/world.ts';

interface Common {
  readonly name: string;
  /** Brings about what the process finds, by others that live. Gives the task's id, or what else the scenario is about. */
  given(world: World): Promise<string>;
  /** What lives on does after the crash, before anybody recovers: a client that repeats its request, say. */
  goesOn?(world: World, subject: string): Promise<void>;
  /** What is wrong with the end, in words; null when it is one that there may be. */
  ends(world: World, subject: string): Promise<string | null>;
}

/** What a process does that may crash, and how it may end when others have recovered. */
export type Scenario = Common &
  (
    | { readonly process: 'worker'; act(world: World, worker: WorkerProcess, subject: string): Promise<unknown> }
    | { readonly process: 'api'; act(world: World, api: ApiProcess, subject: string): Promise<unknown> }
  );

/** The task ends like that, however often something has crashed. */
export function endsAs(...allowed: ReadonlyArray<Status | ErrorCode>): Scenario['ends'] {
  return async ({ sql }, taskId) => {
    const { rows } = await sql.query('select status, error_code, error_message from tasks where id = $1', [taskId]);
    const [task] = rows;
    if (task === undefined) return `task ${taskId} is gone`;
    const end = task.error_code ?? task.status;
    return allowed.includes(end)
      ? null
      : `the task ended as ${end} (${task.error_message}), not as ${allowed.join(' or ')}`;
  };
}
