/** Where a line's letters are. */
export interface Ink {
  /** For each pixel column, whether any of a letter is in it. */
  readonly columns: readonly boolean[];
  /** From the first to the last row with much ink, pixels; at least 1. */
  readonly letterHeight: number;
}

/** Finds the letters of a line in its gray pixels, dark on light or light on dark. */
export function inkOf(gray: Buffer, width: number, height: number): Ink {
  const sorted = Uint8Array.from(gray).sort();
  const background = sorted[sorted.length >> 1] ?? 255;
  const contrast = Math.max(background - (sorted[0] ?? 0), (sorted[sorted.length - 1] ?? 0) - background);
  const threshold = Math.max(24, contrast * 0.4);
  const columns = new Array<boolean>(width).fill(false);
  const rows = new Uint32Array(height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (Math.abs((gray[y * width + x] ?? 0) - background) < threshold) continue;
      columns[x] = true;
      rows[y] = (rows[y] ?? 0) + 1;
    }
  }
  const much = Math.max(...rows) * 0.12;
  const first = rows.findIndex((count) => count > much);
  const last = rows.findLastIndex((count) => count > much);
  return { columns, letterHeight: Math.max(1, last - first + 1) };
}
