import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

interface Found {
  readonly check: string;
  readonly severity: 'ok' | 'note' | 'warning' | 'problem';
  readonly message: string;
  readonly remedy: string | null;
  readonly about: string[];
  readonly repairable: boolean;
}

/** What a doctor has said. */
export interface Visit {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly findings: Found[];
  readonly repairs: Array<{ readonly check: string; readonly message: string }>;
  /** `check: severity`, of what is not as it should be. */
  readonly complaints: string[];
  /** The one finding of a check. */
  of(check: string): Found;
}

/** Nothing of the tests' own environment is meant. */
export const NOTHING_SET = {
  DATABASE_URL: '',
  REDIS_URL: '',
  OCR_BASE_URL: '',
  OCR_TOKEN: '',
  STORAGE_URL: '',
  API_KEYS: '',
  HOST: '',
};

/** Runs the program as users do, with `--json`. */
export async function runDoctor(env: Record<string, string>, ...args: string[]): Promise<Visit> {
  const ran = await runDoctorPlainly(env, '--json', ...args);
  const { findings = [], repairs = [] } =
    ran.stdout === '' ? {} : (JSON.parse(ran.stdout) as Partial<Pick<Visit, 'findings' | 'repairs'>>);
  const bad = findings.filter(({ severity }) => severity === 'warning' || severity === 'problem');
  return {
    ...ran,
    findings,
    repairs,
    complaints: bad.map(({ check, severity }) => `${check}: ${severity}`),
    of(check) {
      const [found, ...more] = findings.filter((finding) => finding.check === check);
      if (found === undefined || more.length > 0) throw new Error(`${check}: ${JSON.stringify(findings, null, 1)}`);
      return found;
    },
  };
}

/** Runs the program as it is, for people. */
export async function runDoctorPlainly(
  env: Record<string, string>,
  ...args: string[]
): Promise<Pick<Visit, 'exitCode' | 'stdout' | 'stderr'>> {
  const main = join(process.env['TEST_DIST'] ?? 'dist', 'apps', 'doctor', 'src', 'main.js');
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...NOTHING_SET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode] = (await closed) as [number | null];
  return { exitCode, stdout, stderr };
}
