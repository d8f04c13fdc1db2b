import type { TaskView } from '@ocrelay/contracts';

/** Whether this is a document, of which the service reads each page as an image of its own. */
export function isPaged({ content_type }: TaskView): boolean {
  return content_type === 'application/pdf';
}

/** How many pages it has, as far as is known. */
export function pageCount({ progress }: TaskView): number {
  return progress?.total_pages ?? 0;
}
