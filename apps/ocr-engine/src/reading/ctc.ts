/** One character that the recognition model read. */
export interface ReadCharacter {
  readonly text: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Where in the line, 0 to 1 from its left: the middle of the model's time steps that said so. */
  readonly at: number;
}

/**
 * Decodes a CTC output greedily: the most probable class of each time step, repetitions merged, blanks (class 0) dropped.
 *
 * @param scores `steps × classes` probabilities, row by row
 * @param alphabet character of each class; of class 0, anything
 */
export function decodeCtc(scores: Float32Array, steps: number, alphabet: readonly string[]): ReadCharacter[] {
  const classes = alphabet.length;
  const read: ReadCharacter[] = [];
  let before = 0;
  let since = 0;
  let best = 0;
  const close = (step: number) => {
    if (before === 0) return;
    read.push({ text: alphabet[before] ?? '', confidence: best, at: (since + step) / 2 / steps });
  };
  for (let step = 0; step < steps; step++) {
    let winner = 0;
    let score = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < classes; i++) {
      const here = scores[step * classes + i] ?? 0;
      if (here > score) {
        score = here;
        winner = i;
      }
    }
    if (winner === before) {
      best = Math.max(best, score);
      continue;
    }
    close(step);
    before = winner;
    since = step;
    best = score;
  }
  close(steps);
  return read;
}

/**
 * The alphabet of the model from its dictionary (a character a line): class 0 is the blank, and the last class is a space
 * that the file does not hold. Without that one every character would be read as its neighbour.
 */
export function alphabetOf(dictionary: string): string[] {
  return ['', ...dictionary.replace(/\r?\n$/, '').split(/\r?\n/), ' '];
}
