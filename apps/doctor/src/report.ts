import type { Diagnosis } from './diagnose.ts';
import type { Finding, Severity } from './finding.ts';

const MARKS: Readonly<Record<Severity, string>> = { ok: '✔', note: '-', warning: '!', problem: '✖' };
const COLOURS: Readonly<Record<Severity, number>> = { ok: 32, note: 90, warning: 33, problem: 31 };
/** Wide enough for the longest name of a check. */
const WIDTH = 'configuration'.length;

/** What one check has found, as lines for people. */
export function diagnosisLines({ check, findings, repairs }: Diagnosis, colour: boolean): string[] {
  const mark = (severity: Severity) =>
    colour ? `\u001b[${COLOURS[severity]}m${MARKS[severity]}\u001b[0m` : MARKS[severity];
  const indent = ' '.repeat(WIDTH + 3);
  return [
    ...repairs.map((what) => `${mark('ok')} ${check.padEnd(WIDTH)} Repair: ${what}`),
    ...findings.flatMap((finding) => [
      `${mark(finding.severity)} ${check.padEnd(WIDTH)} ${finding.message}`,
      ...finding.about.map((name) => `${indent}  ${name}`),
      ...(finding.remedy === null ? [] : [`${indent}→ ${finding.remedy}`]),
    ]),
  ];
}

/** The last lines: how it stands, and whether repairing would help. */
export function summaryLines(diagnoses: readonly Diagnosis[], repair: boolean): string[] {
  const findings = diagnoses.flatMap((diagnosis) => diagnosis.findings);
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const total =
    problems + warnings === 0
      ? 'All is well.'
      : `${problems} ${problems === 1 ? 'problem' : 'problems'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`;
  const mendable = findings.filter(isRepairable).length;
  if (mendable === 0 || repair) return ['', total];
  return ['', `${total} ${mendable} of them can be mended: npm run doctor -- --repair`];
}

/** The same for programs. */
export function toJson(diagnoses: readonly Diagnosis[], well: boolean): string {
  const findings = diagnoses.flatMap(({ check, findings: found }) =>
    found.map((finding) => ({
      check,
      severity: finding.severity,
      message: finding.message,
      remedy: finding.remedy,
      about: finding.about,
      repairable: isRepairable(finding),
    })),
  );
  const repairs = diagnoses.flatMap(({ check, repairs: done }) => done.map((message) => ({ check, message })));
  return JSON.stringify({ well, findings, repairs }, null, 2);
}

/** Takes secrets out of a text, whatever brought them in: an error of a driver may repeat what it was given. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret.length > 3).reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

function isRepairable({ repair }: Finding): boolean {
  return repair !== null;
}
