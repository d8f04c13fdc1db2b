/** Which of the strings are not in the text. White space does not count: where it goes is the engine's guess. */
export function missingStrings(text: string, wanted: readonly string[]): string[] {
  const seen = withoutSpace(text);
  return wanted.filter((one) => !seen.includes(withoutSpace(one)));
}

function withoutSpace(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, '');
}
