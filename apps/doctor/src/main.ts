/**
 * `npm run doctor`: says what is wrong with an installation, running or stopped, and how to mend it; with `--repair` mends
 * what can be. Exit code 0: all is well; 1: something is wrong; 64: wrong usage; 78: wrong configuration.
 */
import { configOrExit, configProblems, EX_CONFIG, loadDoctorConfig, optionsOrExit } from '@ocrelay/config';
import { stopSignals } from '@ocrelay/stack';
import { readArguments, USAGE } from './arguments.ts';
import { CHECKS } from './checks/index.ts';
import { type Diagnosis, diagnose, isWell } from './diagnose.ts';
import { problem } from './finding.ts';
import { openInstallation } from './installation.ts';
import { openPatient } from './patient.ts';
import { createProgress } from './progress.ts';
import { diagnosisLines, summaryLines, toJson, withoutSecrets } from './report.ts';

/** As a shell says that a program ended by Ctrl-C. */
const INTERRUPTED = 130;

const options = optionsOrExit(USAGE, readArguments);
const wrong = configProblems();
if (wrong.length > 0) {
  process.stderr.write(`${wrong.join('\n')}\n`);
  const findings = wrong.map((line) => problem(line, '.env.example says what each variable may be.'));
  if (options.json) console.log(toJson([{ check: 'configuration', findings, repairs: [] }], false));
  process.exit(EX_CONFIG);
}
const config = configOrExit(() => loadDoctorConfig());

const signals = stopSignals();
signals.second.addEventListener('abort', () => process.exit(INTERRUPTED));
const progress = createProgress(process.stderr.isTTY && !options.json ? process.stderr : null);
const diagnoses: Diagnosis[] = [];
const installation = await openInstallation(config);
const secrets = [...config.secrets, ...installation.secrets];
const print = (lines: readonly string[]) => {
  progress.clear();
  if (!options.json) for (const line of lines) console.log(withoutSecrets(line, secrets));
};
const patient = openPatient(config, installation, {
  quick: options.quick,
  progress: progress.show,
  stopping: signals.first,
});
try {
  for await (const diagnosis of diagnose(CHECKS, patient, options)) {
    diagnoses.push(diagnosis);
    print(diagnosisLines(diagnosis, process.stdout.isTTY === true));
  }
  const well = isWell(diagnoses);
  if (signals.first.aborted) print(['', 'Stopped before the end.']);
  else print(summaryLines(diagnoses, options.repair));
  if (options.json) console.log(withoutSecrets(toJson(diagnoses, well && !signals.first.aborted), secrets));
  process.exitCode = signals.first.aborted ? INTERRUPTED : well ? 0 : 1;
} finally {
  await patient.close();
  await installation.close();
}
