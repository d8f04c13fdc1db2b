import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadDoctorConfig } from '@ocrelay/config';
import { readArguments } from '../../src/arguments.ts';
import { CHECKS } from '../../src/checks/index.ts';
import { type Diagnosis, diagnose, isWell } from '../../src/diagnose.ts';
import { openInstallation } from '../../src/installation.ts';
import { openPatient } from '../../src/patient.ts';
import { toJson } from '../../src/report.ts';

interface Found {
  readonly check: string;
  readonly severity: 'ok' | 'note' | 'warning' | 'problem';
  readonly message: string;
  readonly remedy: string | null;
  readonly about: string[];
  readonly repairable: boolean;
}

/** What a doctor has found. */
export interface Visit {
  /** Whether no problem is left: the program's exit code is 0 then, and otherwise 1. */
  readonly well: boolean;
  readonly findings: Found[];
  readonly repairs: Array<{ readonly check: string; readonly message: string }>;
  /** `check: severity`, of what is not as it should be. */
  readonly complaints: string[];
  /** The one finding of a check. */
  of(check: string): Found;
}

interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
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

/** Looks into an installation with everything that the program has, without starting the program. */
export async function visit(env: Record<string, string>, ...args: string[]): Promise<Visit> {
  const options = readArguments(args);
  const config = loadDoctorConfig(env);
  const installation = await openInstallation(config);
  const patient = openPatient(config, installation, {
    quick: options.quick,
    progress: () => {},
    stopping: new AbortController().signal,
  });
  try {
    const diagnoses: Diagnosis[] = [];
    for await (const diagnosis of diagnose(CHECKS, patient, options)) diagnoses.push(diagnosis);
    return visitFrom(toJson(diagnoses, isWell(diagnoses)));
  } finally {
    await patient.close();
    await installation.close();
  }
}

/** Runs the program as users do, with `--json`. */
export async function runDoctor(env: Record<string, string>, ...args: string[]): Promise<Visit & Ran> {
  const ran = await runDoctorPlainly(env, '--json', ...args);
  return { ...ran, ...visitFrom(ran.stdout === '' ? '{}' : ran.stdout) };
}

function visitFrom(json: string): Visit {
  const { well = false, findings = [], repairs = [] } = JSON.parse(json) as Partial<Visit>;
  const bad = findings.filter(({ severity }) => severity === 'warning' || severity === 'problem');
  return {
    well,
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
export async function runDoctorPlainly(env: Record<string, string>, ...args: string[]): Promise<Ran> {
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
