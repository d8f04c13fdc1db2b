import { widthOf } from '../text/is-wide.ts';

/** Codes are of two bytes; 0 is for no character. */
const MAX_CODES = 0xffff;
/** Of an em in thousandths: how wide a character counts that `widthOf` gives 1. */
const UNIT_WIDTH = 500;
/** As many as a list of a character map may have. */
const MAX_LIST = 100;

/** Which code stands for which character of a file, given as characters come. */
export interface CharacterCodes {
  /** A text as a string of the font, in hexadecimal. */
  encode(text: string): string;
  /** In thousandths of an em, from code 1. */
  widths(): number[];
  /** What readers of the file take the codes for, as a CMap. */
  toUnicode(): string;
}

/** More characters than there are codes, which no known text has, are all read as U+FFFD. */
export function createCharacterCodes(): CharacterCodes {
  const codes = new Map<string, number>();
  const codeOf = (character: string): number => {
    const known = codes.get(character);
    if (known !== undefined) return known;
    if (codes.size === MAX_CODES - 1 && character !== '\ufffd') return codeOf('\ufffd');
    codes.set(character, codes.size + 1);
    return codes.size;
  };
  return {
    encode: (text) => Array.from(text, (character) => hex(codeOf(character))).join(''),
    widths: () => Array.from(codes.keys(), (character) => widthOf(character) * UNIT_WIDTH),
    toUnicode: () => characterMap([...codes]),
  };
}

/** How wide a text is in ems, in the widths above. */
export function emsOf(text: string): number {
  return (widthOf(text) * UNIT_WIDTH) / 1000;
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0');
}

function characterMap(codes: readonly (readonly [string, number])[]): string {
  const lists: string[] = [];
  for (let from = 0; from < codes.length; from += MAX_LIST) {
    const list = codes.slice(from, from + MAX_LIST).map(([character, code]) => `<${hex(code)}> <${utf16(character)}>`);
    lists.push(`${list.length} beginbfchar\n${list.join('\n')}\nendbfchar\n`);
  }
  return (
    '/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n' +
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n' +
    '/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n' +
    `1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n${lists.join('')}` +
    'endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n'
  );
}

/** One character, also one beyond the first 65,536, which takes two units. */
function utf16(character: string): string {
  return Array.from({ length: character.length }, (_, index) => hex(character.charCodeAt(index))).join('');
}
