/**
 * The cells of a CSV file as a program sees them that parts them by another separator: quotes mean something only where a
 * cell begins, and what follows the closing one is read as it stands up to the next separator or line end.
 */
export function partedBy(separator: string, csv: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let state: 'begin' | 'quoted' | 'plain' = 'begin';
  for (let at = 0; at < csv.length; at += 1) {
    const character = csv.charAt(at);
    if (state === 'quoted') {
      if (character !== '"') cell += character;
      else if (csv.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else state = 'plain';
    } else if (character === separator || character === '\n') {
      cells.push(cell.replace(/\r$/, ''));
      cell = '';
      state = 'begin';
    } else if (state === 'begin' && character === '"') state = 'quoted';
    else {
      cell += character;
      state = 'plain';
    }
  }
  return [...cells, cell];
}
