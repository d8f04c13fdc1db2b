/** Characters that stand in a full square: Chinese, Japanese, Korean, full-width forms, pictographs. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Characters that take no room of their own: accents, joiners, variation selectors. */
const NARROWEST = /[\p{M}\p{Cf}]/u;

export function isWide(character: string): boolean {
  return WIDE.test(character);
}

/** How much room a text takes: a wide character counts 2, others 1, those that join another 0. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += isWide(character) ? 2 : NARROWEST.test(character) ? 0 : 1;
  return width;
}
