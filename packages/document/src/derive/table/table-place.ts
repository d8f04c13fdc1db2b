import type { Box } from '../../model/box.ts';
import type { PageSize } from '../box.ts';
import type { RawCell } from '../raw/raw-page.ts';

/** Where a table stands on its page, and what the service says about its cells. */
export interface TablePlace {
  readonly box: Box;
  /** As many as there are cells in the HTML, in their order. */
  readonly cells: readonly RawCell[] | null;
  readonly size: PageSize;
}
