import { areSuspicious, orphanedImages, orphanGraceMs } from '@ocrelay/tasks';
import type { Check, Patient } from '../check.ts';
import { counted, ok, problem, warning } from '../finding.ts';
import { createNamed, type Named } from '../named.ts';

/** Images that are asked about in one statement. */
const PAGE = 500;
/** Files of dead uploads that are removed in one go. */
const FILES = 1_000;

/** Whether all images in the store belong to a task. */
export const orphans: Check = {
  name: 'orphans',
  needs: ['postgres', 'migrations', 'image store'],
  async run(patient) {
    const found = await walk(patient, async () => {});
    if (found.orphans.count === 0) return [ok('Every image in the store belongs to a task.')];
    const message = `${counted(found.orphans.count, 'image')} of ${found.images.toLocaleString('en')} without a task.`;
    const about = found.orphans.names;
    if (areSuspicious(found.orphans.count, found.images)) {
      const remedy =
        'Is DATABASE_URL the database of this store, and whole? Nothing is swept here before somebody knows.';
      return [problem(message, remedy, { about })];
    }
    const remedy = 'What dead uploads and deletions left: a living worker sweeps it, and so does --repair.';
    return [warning(message, remedy, { about, repair: () => sweep(patient) })];
  },
};

interface Walked {
  readonly images: number;
  readonly orphans: Named;
}

/** Goes through the store, some hundred images at a time. */
async function walk(patient: Patient, onOrphan: (key: string) => Promise<void>): Promise<Walked> {
  const { database, config, stopping } = patient;
  const store = await patient.images();
  const orphans = createNamed();
  let images = 0;
  let keys: string[] = [];
  const ask = async () => {
    for (const key of await orphanedImages(database.db, keys, orphanGraceMs(config.uploadTimeoutMs))) {
      orphans.add(key);
      await onOrphan(key);
    }
    keys = [];
  };
  for await (const key of store.list()) {
    images += 1;
    keys.push(key);
    if (keys.length < PAGE) continue;
    await ask();
    stopping.throwIfAborted();
  }
  await ask();
  return { images, orphans };
}

/** As the sweeper of a worker does. */
async function sweep(patient: Patient): Promise<string> {
  const store = await patient.images();
  const { orphans } = await walk(patient, (key) => store.delete(key));
  let files = 0;
  for (;;) {
    const dropped = await store.dropAbandoned(orphanGraceMs(patient.config.uploadTimeoutMs), FILES);
    files += dropped;
    if (dropped < FILES) break;
  }
  return `Removed ${counted(orphans.count, 'image')} without a task, and ${counted(files, 'file')} of dead uploads.`;
}
