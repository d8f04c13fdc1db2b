/** A URL for people: where it leads, without user, password and options. */
export function placeOf(url: string): string {
  return url
    .replace(/^[^:]+:\/\//, '')
    .replace(/^[^/]*@/, '')
    .replace(/[?#].*$/, '');
}
