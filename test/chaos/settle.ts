import { setTimeout as sleep } from 'node:timers/promises';
import type { Clients } from './load/clients.ts';
import { type System, workersOf } from './system.ts';

/** How the system came to rest after the last fault. */
export interface Settled {
  readonly afterMs: number;
  /** What it did not get done; empty when all is at rest. */
  readonly unsettled: readonly string[];
}

/** Nothing has moved for so long: nothing will. Longer than a lease, a stalled job, a wait and a client's patience together. */
const STANDSTILL_MS = 90_000;
const PATIENCE_MS = 300_000;
const LOOK_MS = 250;

/** Waits until every program is up, every client through and no task in progress; no longer than things move. */
export async function settle(system: System, clients: Clients, signal: AbortSignal): Promise<Settled> {
  const startedAtMs = performance.now();
  const unsettled: string[] = [];
  for (const program of [system.programs.api, ...workersOf(system), system.ocr]) {
    await program.ready(60_000).catch((error: Error) => unsettled.push(error.message));
  }
  let areClientsOver = false;
  void clients.over.then(() => {
    areClientsOver = true;
  });
  let movedAtMs = startedAtMs;
  let last = '';
  while (!signal.aborted) {
    const { inProgress, state } = await look(system);
    if (inProgress === 0 && areClientsOver) break;
    const nowMs = performance.now();
    if (state !== last) movedAtMs = nowMs;
    last = state;
    if (nowMs - movedAtMs > STANDSTILL_MS || nowMs - startedAtMs > PATIENCE_MS) {
      if (inProgress > 0) unsettled.push(`${inProgress} tasks are still in progress`);
      if (!areClientsOver) unsettled.push('clients still wait for a final answer');
      break;
    }
    await sleep(LOOK_MS);
  }
  return { afterMs: performance.now() - startedAtMs, unsettled };
}

async function look({ sql }: System): Promise<{ inProgress: number; state: string }> {
  const { rows } = await sql.query<{ in_progress: number; state: string }>(`
    select count(*) filter (where status in ('queued', 'ocr_processing'))::int as in_progress,
           concat(count(*), ' ', max(updated_at)) as state from tasks`);
  return { inProgress: rows[0]?.in_progress ?? 0, state: rows[0]?.state ?? '' };
}
