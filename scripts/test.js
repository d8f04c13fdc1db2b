/**
 * `npm test [-- jest's arguments]`: the checks and all tests, after whatever must be installed and compiled for them.
 * With arguments only the tests they choose run, and the checks don't. The last line says how many passed and failed; the
 * checks count as one.
 */
import './node-version.js';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, ROOT } from './bootstrap.js';
import { toolCommand } from './tools.js';

await bootstrap();
const args = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };
const checked = args.length === 0 ? checkMeanwhile() : null;

const folder = mkdtempSync(join(tmpdir(), 'ocrelay-jest-'));
const report = join(folder, 'report.json');
let code;
try {
  // Twice as many as a small machine has processors: the suites that take long wait for half of their time.
  code = await jest(['--maxWorkers=4', '--json', `--outputFile=${report}`, ...args]);
  addReport(report);
  if (checked !== null) counts[(await checked) ? 'passed' : 'failed'] += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (code !== 0 && counts.failed === 0) counts.failed = 1; // jest itself failed
process.stdout.write(
  `\n${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}\n`,
);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** Beside the tests, of which the longest come first and wait for most of their time; the checks have what these leave. */
function checkMeanwhile() {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'check.js')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // Its tools inherit it. Lower than it is already, or as it is: higher may be forbidden.
  const priority = Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL);
  if (child.pid !== undefined) setPriority(child.pid, priority);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (exitCode) => resolve(exitCode === 0));
  });
}

function jest(jestArgs) {
  const [command, commandArgs] = toolCommand('jest', ['--config', 'jest.config.js', ...jestArgs]);
  const child = spawn(command, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', ...commandArgs], {
    cwd: ROOT,
    // Jest writes its JSON to the standard output as well when it is not told otherwise; people read the other stream.
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  process.on('SIGINT', () => {}); // the terminal tells jest as well; its end is waited for
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.on('close', (exitCode) => resolve(exitCode ?? 1)));
}

function addReport(file) {
  if (!existsSync(file)) return;
  const results = JSON.parse(readFileSync(file, 'utf8'));
  counts.passed += results.numPassedTests;
  counts.failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
  counts.skipped += results.numPendingTests;
}
