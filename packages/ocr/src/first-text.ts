/** The words in which a JSON body says what is wrong; null when it has none. */
export function firstText(from: unknown, depth = 0): string | null {
  if (typeof from === 'string') return from.trim() === '' ? null : from;
  if (typeof from !== 'object' || from === null || depth > 3) return null;
  if (Array.isArray(from)) return firstText(from[0], depth + 1);
  for (const key of ['error_message', 'message', 'msg', 'detail', 'error', 'reason', 'final']) {
    const text = firstText((from as Record<string, unknown>)[key], depth + 1);
    if (text !== null) return text;
  }
  return null;
}
