/** What XML 1.0 forbids, which is what no text format wants: controls but tab and line ends, lone surrogates, U+FFFE, U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: to be rid of them
const UNPRINTABLE = /[\0-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]|\p{Cs}/gu;

/** A text without what files cannot hold. Lines end with a line feed; a form feed, which parts pages, is a space. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\f', ' ').replace(UNPRINTABLE, '');
}
