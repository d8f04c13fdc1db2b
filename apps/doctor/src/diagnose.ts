import type { Check, CheckName, Patient } from './check.ts';
import { type Finding, note, problem, reasonOf } from './finding.ts';

/** What a check has come to, after the mending where that was wanted. */
export interface Diagnosis {
  readonly check: CheckName;
  readonly findings: readonly Finding[];
  /** What was mended, as sentences. */
  readonly repairs: readonly string[];
}

/**
 * Runs the checks in their order, each as soon as what it needs is known to be there. With `repair`, what can be mended is,
 * and the check is run once more: what it says then is how things are.
 */
export async function* diagnose(
  checks: readonly Check[],
  patient: Patient,
  { repair }: { readonly repair: boolean },
): AsyncGenerator<Diagnosis> {
  const stopped = new Set<CheckName>();
  for (const check of checks) {
    if (patient.stopping.aborted) return;
    const missing = check.needs.filter((name) => stopped.has(name));
    if (missing.length > 0) {
      stopped.add(check.name);
      const findings = [note(`Not checked: it needs ${missing.join(' and ')} to be well.`)];
      yield { check: check.name, findings, repairs: [] };
      continue;
    }
    let findings = await run(check, patient);
    const repairs: string[] = [];
    for (const finding of repair ? findings : []) {
      if (finding.repair !== null) repairs.push(await finding.repair().catch(notMended));
    }
    if (repairs.length > 0 && !patient.stopping.aborted) findings = await run(check, patient);
    if (patient.stopping.aborted) return;
    if (findings.some(({ stops }) => stops)) stopped.add(check.name);
    yield { check: check.name, findings, repairs };
  }
}

/** Whether something is wrong that was not mended. */
export function isWell(diagnoses: readonly Diagnosis[]): boolean {
  return diagnoses.every(({ findings }) => findings.every(({ severity }) => severity !== 'problem'));
}

/** A check that breaks must not keep the others from being made. */
async function run(check: Check, patient: Patient): Promise<Finding[]> {
  try {
    return await check.run(patient);
  } catch (error) {
    const message = `This could not be checked: ${reasonOf(error)}`;
    return [problem(message, 'Run this again; if it stays, it is worth an issue.', { stops: true })];
  }
}

function notMended(error: unknown): string {
  return `Not mended: ${reasonOf(error)}`;
}
