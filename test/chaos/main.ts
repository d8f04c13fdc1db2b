/**
 * `npm run chaos`: breaks every part of Ocrelay by a schedule that a seed repeats, while clients upload, and then checks
 * what was promised: each upload that was answered is read or ends with a clear reason, exactly one result is kept, and
 * nobody had to lend a hand. Exit code 1: a promise was broken. 2: the run itself did not work.
 */
import { setMaxListeners } from 'node:events';
import { stopSignals } from '@ocrelay/stack';
import { gatherEvidence } from './evidence.ts';
import { footprints, type ProgramFootprint } from './footprint.ts';
import { playSchedule } from './inject.ts';
import { type AnswerCounts, createApiClient } from './load/client.ts';
import { startClients } from './load/clients.ts';
import { type ChaosOptions, parseOptions } from './options.ts';
import { heading, line, reportFigures, reportPromises } from './report.ts';
import { describeEntry, drawSchedule } from './schedule.ts';
import { settle } from './settle.ts';
import { type System, startSystem } from './system.ts';

const BROKEN = 1;
const DID_NOT_WORK = 2;
const INTERRUPTED = 130;

const { first: interrupted } = stopSignals();
setMaxListeners(0, interrupted); // every client and every fault listens

async function run(system: System, options: ChaosOptions): Promise<number> {
  const { seed, minutes, backend } = options;
  const entries = drawSchedule(seed, minutes, backend);
  const answers: AnswerCounts = new Map();
  const clients = startClients(seed, createApiClient(system.apiUrl, answers, interrupted));
  let before: readonly ProgramFootprint[] = footprints(system);
  let isFirst = true;
  heading('Going wrong now');
  await playSchedule(system, entries, interrupted, (entry) => {
    if (isFirst) before = footprints(system);
    isFirst = false;
    line(describeEntry(entry));
  });
  if (interrupted.aborted) return INTERRUPTED;
  clients.stopUploading();
  line('\nNothing goes wrong any more; waiting until all is at rest.');
  const settled = await settle(system, clients, interrupted);
  if (interrupted.aborted) return INTERRUPTED;
  const known = { entries, uploads: clients.uploads, answers, before, after: footprints(system) };
  const evidence = await gatherEvidence(system, { ...known, unsettled: settled.unsettled });
  reportFigures(evidence, settled);
  return reportPromises(evidence, options, (taskId) => loggedOf(system, taskId)) ? 0 : BROKEN;
}

function loggedOf({ programs }: System, taskId: string): string[] {
  return Object.values(programs).flatMap(({ name, log }) =>
    log.filter((logged) => logged.includes(taskId)).map((logged) => `${name} ${logged}`),
  );
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const { seed, minutes, backend } = options;
  heading(`Chaos: seed ${seed}, ${minutes} min, queues on ${backend}`);
  for (const entry of drawSchedule(seed, minutes, backend)) line(describeEntry(entry));
  const system = await startSystem(options);
  try {
    return await run(system, options);
  } finally {
    await system.stop();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return DID_NOT_WORK;
});
process.exit();
