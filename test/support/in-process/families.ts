/**
 * What is true of a document and its pages together, after every transaction that has changed any of them: what is between the
 * statements of one nobody sees.
 */
import { type Change, isInProgress, type Version } from './history.ts';

/** What is wrong with documents and their pages, in words. */
export function findTornFamilies(history: readonly Change[], say: (taskId: string, what: string) => void): void {
  const lastOf = new Map(history.map(({ madeBy }, index) => [madeBy, index]));
  const rows = new Map<string, Version>();
  /** Transactions of which there is more to come, and whom they have changed. */
  const underWay = new Map<string, Set<string>>();
  history.forEach(({ taskId, version, madeBy }, index) => {
    const documentId = version?.parent_id ?? rows.get(taskId)?.parent_id ?? taskId;
    if (version === null) rows.delete(taskId);
    else rows.set(taskId, version);
    const changed = underWay.get(madeBy) ?? new Set();
    underWay.set(madeBy, changed.add(documentId));
    if (lastOf.get(madeBy) !== index) return;
    underWay.delete(madeBy);
    for (const id of changed) {
      if ([...underWay.values()].some((others) => others.has(id))) continue;
      const pages = [...rows.values()].filter(({ parent_id }) => parent_id === id);
      checkFamily(rows.get(id), pages, (what) => say(id, what));
    }
  });
}

function checkFamily(document: Version | undefined, pages: readonly Version[], say: (what: string) => void): void {
  if (document === undefined) {
    if (pages.length > 0) say(`it is gone, and ${pages.length} of its pages are not`);
    return;
  }
  const { status, stage, open_pages, done_pages, total_pages } = document;
  if (open_pages === null) {
    if (pages.length > 0) say(`it is read as a whole, and has ${pages.length} pages`);
    return;
  }
  const open = pages.filter(isInProgress).length;
  const done = pages.filter((page) => page.status === 'ocr_done').length;
  if (open_pages !== open) say(`it is ${status} and waits for ${open_pages} pages, and ${open} have not ended`);
  if (done_pages !== done) say(`it is ${status} and counts ${done_pages} pages as done, and ${done} are`);
  if (status !== 'ocr_processing' && open > 0) say(`it is ${status}, and ${open} of its pages are not`);
  const isSplit = pages.length > 0 || stage === 'store';
  const numbers = pages.map(({ page }) => page).sort((a, b) => Number(a) - Number(b));
  const all = Array.from({ length: isSplit ? Number(total_pages) : 0 }, (_, index) => index + 1);
  if (numbers.join() !== all.join()) say(`it has the pages ${numbers.join()} of ${total_pages}`);
  for (const page of pages)
    if (page.status === 'uploaded') say(`page ${page.page} is ${page.status}, as if it had been sent alone`);
}
