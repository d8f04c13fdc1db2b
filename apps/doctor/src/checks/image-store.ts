import { type ImageStore, ImageStoreMissingError } from '@ocrelay/storage';
import { isNewInstallation } from '@ocrelay/tasks';
import type { Check, Patient } from '../check.ts';
import { type Finding, note, ok, problem, reasonOf, warning } from '../finding.ts';
import { placeOf } from '../place-of.ts';

/** Whether images can be written, and for how long there is room. */
export const imageStore: Check = {
  name: 'image store',
  needs: [],
  async run(patient) {
    const { storageUrl, minFreeBytes } = patient.config;
    const place = placeOf(storageUrl);
    const remedy = 'Free some space, or let the user that runs Ocrelay write there. Uploads are refused until then.';
    let store: ImageStore;
    try {
      store = await patient.images();
    } catch (error) {
      if (error instanceof ImageStoreMissingError) return [await judgeMissing(place, patient)];
      return [problem(reasonOf(error), remedy, { stops: true })];
    }
    try {
      await store.checkWritable();
      return [judgeRoom(place, await store.freeBytes(), minFreeBytes)];
    } catch (error) {
      return [problem(`${place}: ${reasonOf(error)}.`, remedy)]; // what is there may be read all the same
    }
  },
};

/** Before the first upload there need not be a store. */
async function judgeMissing(place: string, { database, installation }: Patient): Promise<Finding> {
  const remedy = 'Mount its disk, or put STORAGE_URL right.';
  if (installation.databaseUrl !== null) {
    const isNew = await isNewInstallation(database.db).catch(() => true);
    if (!isNew) {
      return problem(`There is no folder ${place}, where tasks have images.`, remedy, { stops: true });
    }
  }
  return { ...note(`There is no folder ${place} yet; the first program that needs it makes it.`), stops: true };
}

/** @param freeBytes null where there is no limit. */
export function judgeRoom(place: string, freeBytes: number | null, minFreeBytes: number): Finding {
  if (freeBytes === null) return ok(`${place} can be written to.`);
  const room = `${place} can be written to, and has ${mebibytes(freeBytes)} left`;
  if (freeBytes >= 2 * minFreeBytes) return ok(`${room}.`);
  const limit = `MIN_FREE_BYTES is ${mebibytes(minFreeBytes)}`;
  const remedy = 'Free some space, give it a larger disk, or set RETENTION_DAYS.';
  return freeBytes < minFreeBytes
    ? problem(`${room}; ${limit}: uploads are refused.`, remedy)
    : warning(`${room}; ${limit}: uploads will be refused soon.`, remedy);
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1_048_576).toLocaleString('en')} MiB`;
}
