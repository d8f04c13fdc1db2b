/** Full-width letters, digits and signs as those of ASCII, dashes that mean minus as one, apostrophes as one. */
export function halfWidth(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll('\uffe5', '¥')
    .replaceAll('\uffe1', '£')
    .replaceAll('\uffe6', '₩')
    .replace(/[\u2010-\u2013\u2212\ufe63]/g, '-')
    .replace(/[\u2018\u2019\u02bc\u00b4`]/g, "'");
}

/** Whether there is a digit of any width: most cells have none, and need no further look. */
export function hasDigit(text: string): boolean {
  return /[\d\uff10-\uff19]/.test(text);
}
