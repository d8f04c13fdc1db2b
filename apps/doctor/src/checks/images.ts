import { inParallel } from '@ocrelay/batching';
import { estimateTasks, type KnownImage, knownImages, stillThere } from '@ocrelay/tasks';
import type { Check, Patient } from '../check.ts';
import { counted, type Finding, ok, problem } from '../finding.ts';
import { createNamed } from '../named.ts';
import { type ImageState, verifyImage } from '../verify-image.ts';

const PAGE = 500;
/** Images that are read at once. */
const AT_ONCE = 8;

const DELETE = 'curl -X DELETE …/api/v1/tasks/<task_id>';

/** Whether every task has the image that was uploaded. */
export const images: Check = {
  name: 'images',
  needs: ['postgres', 'migrations', 'image store'],
  async run(patient) {
    const missing = createNamed();
    const altered = createNamed();
    const unreadable = createNamed();
    const total = await estimateTasks(patient.database.db);
    let looked = 0;
    for await (const page of knownImages(patient.database.db, PAGE)) {
      for (const { known, state } of await badOf(page, patient)) {
        if (state.kind === 'missing') missing.add(known.taskId);
        if (state.kind === 'altered') altered.add(`${known.taskId} (${state.why})`);
        if (state.kind === 'unreadable') unreadable.add(`${known.taskId} (${state.why})`);
      }
      looked += page.length;
      patient.progress('images', looked, Math.max(looked, total));
      patient.stopping.throwIfAborted();
    }
    const findings: Finding[] = [];
    if (missing.count > 0) {
      const all = missing.count === looked && looked > 1 ? ' Is its disk mounted, and STORAGE_URL right?' : '';
      const remedy = `Put the files back from a backup, or delete these tasks (${DELETE}) and upload the images again: without one a task cannot be read.`;
      findings.push(problem(`${counted(missing.count, 'image')} missing.${all}`, remedy, { about: missing.names }));
    }
    if (altered.count > 0) {
      const message = `${counted(altered.count, 'image')} altered since the upload.`;
      const remedy = `Put the files back from a backup, or delete these tasks (${DELETE}) and upload the images again; a retry would end with image_corrupt.`;
      findings.push(problem(message, remedy, { about: altered.names }));
    }
    if (unreadable.count > 0) {
      const message = `${counted(unreadable.count, 'image')} that cannot be read.`;
      const remedy =
        'Let the user that runs Ocrelay read them, and look at the disk. Tasks wait for them, up to their deadline.';
      findings.push(problem(message, remedy, { about: unreadable.names }));
    }
    if (findings.length > 0) return findings;
    return [
      ok(`${counted(looked, 'image')} looked at: all there, with the right size${patient.quick ? '' : ' and hash'}.`),
    ];
  },
};

interface Bad {
  readonly known: KnownImage;
  readonly state: ImageState;
}

async function badOf(page: readonly KnownImage[], { images, quick, stopping, database }: Patient): Promise<Bad[]> {
  const store = await images();
  const bad: Bad[] = [];
  await inParallel(page, AT_ONCE, async (known) => {
    const state = await verifyImage(store, known, quick, stopping);
    if (state.kind !== 'good') bad.push({ known, state });
  });
  if (bad.length === 0) return [];
  const there = await stillThere(
    database.db,
    bad.map(({ known }) => known.taskId),
  );
  return bad.filter(({ known }) => there.has(known.taskId));
}
