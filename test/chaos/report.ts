import type { Evidence, TaskEvent } from './evidence.ts';
import type { ChaosOptions } from './options.ts';
import { PROMISES } from './promises/index.ts';
import type { Broken } from './promises/promise.ts';
import type { Settled } from './settle.ts';

const CASES_SHOWN = 5;
const LINES_SHOWN = 40;

export function heading(text: string): void {
  process.stdout.write(`\n${text}\n${'-'.repeat(text.length)}\n`);
}

export function line(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What was done and counted. */
export function reportFigures(evidence: Evidence, settled: Settled): void {
  const { uploads, tasks, ocr, answers, events } = evidence;
  const accepted = uploads.filter(({ taskId }) => taskId !== null).length;
  heading('Figures');
  line(`faults                     ${evidence.entries.length}`);
  line(`at rest after the last     ${(settled.afterMs / 1000).toFixed(1)} s`);
  line(
    `uploaded                   ${uploads.length}, of which documents ${count(uploads, (u) => u.file.pages !== null)}, accepted ${accepted}, deleted ${count(uploads, (u) => u.deleteSent)}`,
  );
  line(`tasks                      ${tally([...tasks.values()].map(({ status }) => status))}`);
  line(
    `failed with                ${tally([...tasks.values()].flatMap(({ status, errorCode }) => (status === 'ocr_failed' ? (errorCode ?? 'nothing') : [])))}`,
  );
  const images = [...tasks.values()].filter(({ openPages }) => openPages === null);
  const reads = images.map(({ sha256 }) => ocr.reads.get(sha256) ?? 0);
  line(`images read                ${tally(reads.map((times) => `${times} ×`))}`);
  line(
    `events                     ${tally([...events.values()].flat().flatMap(({ type, count: n }) => Array(n).fill(type)))}`,
  );
  line(
    `files without a task       ${evidence.images.length - tasks.size + missing(evidence)}, unfinished ${evidence.incoming.length}`,
  );
  line(`stale jobs in the queue    ${evidence.jobs.length}`);
  heading('Answers');
  for (const [answer, times] of [...answers].sort()) line(`${String(times).padStart(7)}  ${answer}`);
  heading('Programs, before the first fault and at the end');
  evidence.after.forEach((after, index) => {
    const before = evidence.before[index];
    const mib = (bytes: number | null | undefined) => (bytes == null ? '?' : `${Math.round(bytes / 2 ** 20)}`);
    const lived = before?.pid === after.pid ? 'lived' : 'was started anew';
    line(
      `${after.name.padEnd(10)} ${mib(before?.memoryBytes).padStart(4)} → ${mib(after.memoryBytes).padStart(4)} MiB   ` +
        `Postgres ${before?.postgres} → ${after.postgres}   Redis ${before?.redis} → ${after.redis}   ${lived}`,
    );
  });
}

/** Checks every promise and tells what came of it. @returns whether all were kept. */
export function reportPromises(
  evidence: Evidence,
  options: ChaosOptions,
  logOf: (taskId: string) => readonly string[],
): boolean {
  heading('Promises');
  let areKept = true;
  for (const { name, check } of PROMISES) {
    const broken = check(evidence);
    line(`${broken.length === 0 ? '✔' : '✖'} ${name}`);
    if (broken.length === 0) continue;
    areKept = false;
    for (const one of broken.slice(0, CASES_SHOWN)) tellBroken(one, evidence, logOf);
    if (broken.length > CASES_SHOWN) line(`    … and ${broken.length - CASES_SHOWN} more`);
  }
  line('');
  const { seed, minutes, backend } = options;
  line(areKept ? 'Every promise was kept.' : `Broken. To repeat it:`);
  if (!areKept) line(`  npm run chaos -- --seed ${seed} --minutes ${minutes} --backend ${backend}`);
  return areKept;
}

function tellBroken({ what, taskId }: Broken, evidence: Evidence, logOf: (taskId: string) => readonly string[]): void {
  line(`    ${taskId ?? ''}${taskId === null ? '' : ': '}${what}`);
  if (taskId === null) return;
  for (const event of evidence.events.get(taskId) ?? []) line(`        ${describeEvent(event)}`);
  for (const logged of logOf(taskId).slice(0, LINES_SHOWN)) line(`        ${logged}`);
}

function describeEvent({ at, type, generation, stage, attempt, count: times, data }: TaskEvent): string {
  const step = `run ${generation} ${stage ?? ''} attempt ${attempt}`;
  return `${at.toISOString().slice(11, 23)} ${type.padEnd(15)} ${step.padEnd(24)} ${times > 1 ? `× ${times} ` : ''}${JSON.stringify(data)}`;
}

function missing({ tasks, images }: Evidence): number {
  const keys = new Set(images.map(({ key }) => key));
  return count([...tasks.values()], ({ imagePath }) => !keys.has(imagePath));
}

function count<T>(items: readonly T[], is: (item: T) => boolean): number {
  return items.filter(is).length;
}

function tally(items: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return (
    [...counts]
      .sort()
      .map(([item, times]) => `${item} ${times}`)
      .join(', ') || 'none'
  );
}
