import { type MigrationState, migrate, migrationState } from '@ocrelay/db';
import type { Check } from '../check.ts';
import { counted, type Finding, ok, problem, warning } from '../finding.ts';

/** Whether the tables have the form that this release works on. */
export const migrations: Check = {
  name: 'migrations',
  needs: ['postgres'],
  async run({ database, installation: { databaseUrl } }) {
    const findings = judgeMigrations(await migrationState(database.pool));
    return findings.map((finding) =>
      finding.repair === null ? finding : { ...finding, repair: () => apply(databaseUrl ?? '') },
    );
  },
};

/** What the migrations of release and database say when they are laid side by side. */
export function judgeMigrations({ applied, pending, skipped, altered, unknown }: MigrationState): Finding[] {
  const findings: Finding[] = [];
  if (pending.length > 0) {
    findings.push(
      problem(`${counted(pending.length, 'migration')} to be applied: ${pending.join(', ')}.`, 'npm run migrate', {
        stops: true,
        repair: async () => '',
      }),
    );
  }
  if (skipped.length > 0) {
    const message = `${counted(skipped.length, 'migration')} left out, and newer ones applied: ${skipped.join(', ')}.`;
    const remedy = 'The database is not of one piece, and npm run migrate would not see it: restore it from a backup.';
    findings.push(problem(message, remedy, { stops: true }));
  }
  if (unknown > 0) {
    const message = `The database has ${counted(unknown, 'migration')} that this release does not know.`;
    const remedy = 'A newer release has migrated it: run this and all programs of that release.';
    findings.push(pending.length + skipped.length > 0 ? problem(message, remedy) : warning(message, remedy));
  }
  if (altered.length > 0) {
    const message = `${counted(altered.length, 'migration')} changed after being applied: ${altered.join(', ')}.`;
    findings.push(warning(message, 'Check out drizzle/ as it was released; a migration must not be edited.'));
  }
  return findings.length > 0 ? findings : [ok(`All applied (${applied}).`)];
}

async function apply(databaseUrl: string): Promise<string> {
  const applied = await migrate(databaseUrl);
  return applied === 0
    ? 'Nothing was left to apply: somebody else has migrated meanwhile.'
    : `Applied ${counted(applied, 'migration')}.`;
}
