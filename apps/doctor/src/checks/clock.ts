import type { Check } from '../check.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';

/** From there on logs of several machines cannot be laid side by side. In ms. */
const NOTICED_MS = 5_000;
/** From there on slow uploads may be refused: the database measures an upload's age by the clock of its API. In ms. */
const HARMFUL_MS = 60_000;

/** Whether this machine and Postgres agree on the time. */
export const clock: Check = {
  name: 'clock',
  needs: ['postgres'],
  async run({ database }) {
    await database.pool.query('select 1'); // connected: only the way there and back is measured
    const before = Date.now();
    const { rows } = await database.pool.query<{ now: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
    );
    const after = Date.now();
    return [judgeClock(Number(rows[0]?.now) - (before + after) / 2, (after - before) / 2)];
  },
};

/**
 * @param aheadMs how far Postgres' clock is ahead of ours.
 * @param unsureMs by how much that may be wrong.
 */
export function judgeClock(aheadMs: number, unsureMs: number): Finding {
  const apartMs = Math.max(0, Math.abs(aheadMs) - unsureMs);
  if (apartMs < NOTICED_MS) return ok('This machine and Postgres agree on the time.');
  const message = `This machine's clock is ${Math.round(apartMs / 1_000)} s ${aheadMs > 0 ? 'behind' : 'ahead of'} that of Postgres.`;
  const remedy = 'Let both machines set their clocks by NTP (timedatectl set-ntp true).';
  return apartMs < HARMFUL_MS ? warning(message, remedy) : problem(message, remedy);
}
