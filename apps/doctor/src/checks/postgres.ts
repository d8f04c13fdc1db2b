import type { Check } from '../check.ts';
import { ok, problem, reasonOf } from '../finding.ts';
import { placeOf } from '../place-of.ts';

/** As `server_version_num` counts. */
const OLDEST = 150_000;

/** Whether Postgres answers, and is new enough. */
export const postgres: Check = {
  name: 'postgres',
  needs: [],
  async run({ installation, database }) {
    const { databaseUrl, trouble } = installation;
    if (databaseUrl === null) return [problem(trouble?.message ?? '', trouble?.remedy ?? '', { stops: true })];
    const place = placeOf(databaseUrl);
    try {
      const { rows } = await database.pool.query<{ number: number; version: string }>(
        `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
      );
      const { number = 0, version = 'of an unknown version' } = rows[0] ?? {};
      if (number < OLDEST) {
        const message = `Postgres at ${place} is ${version}; Ocrelay needs 15 or newer.`;
        return [problem(message, 'Move the data to a newer Postgres (pg_upgrade, or pg_dump and pg_restore).')];
      }
      return [ok(`Postgres ${version} at ${place}.`)];
    } catch (error) {
      const remedy =
        installation.embedded === 'running'
          ? 'npm start starts its Postgres again by itself: run this again in a moment, and look at its output if that does not help.'
          : 'Start it, or put DATABASE_URL right: host, port, user, password and database.';
      return [problem(`Postgres at ${place} cannot be used: ${reasonOf(error)}`, remedy, { stops: true })];
    }
  },
};
