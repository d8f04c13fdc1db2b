import { picture } from '../../upload/sample-images.ts';
import { type Attack, bytes, upload } from '../request.ts';

const PNG = await picture(8, 8).png().toBuffer();

const NAMES: ReadonlyArray<readonly [what: string, name: string | Buffer, kept: string | null]> = [
  ['folders above', '../../../../etc/passwd', 'passwd'],
  ['folders above, for Windows', '..\\\\..\\\\boot.ini', 'boot.ini'],
  ['an absolute path', '/etc/cron.d/x.png', 'x.png'],
  ['a drive', 'C:\\\\scans\\\\a.png', 'a.png'],
  ['a share', '\\\\\\\\server\\\\share\\\\a.png', 'a.png'],
  ['nothing but dots', '..', null],
  ['nothing but a slash', '/', null],
  ['nothing but blanks', '   ', null],
  ['percent-encoded folders', '..%2f..%2fpasswd', '..%2f..%2fpasswd'],
  ['percent-encoded line ends', 'a%0d%0aSet-Cookie: x=1.png', 'aSet-Cookie: x=1.png'],
  ['a quote', 'a\\".png', 'a".png'],
  ['a semicolon', 'a;filename=b.png', 'a;filename=b.png'],
  ['a tab', 'a\tb.png', 'ab.png'],
  ['markup', '<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>.png'],
  ['SQL', `'); drop table tasks; --.png`, `'); drop table tasks; --.png`],
  ['marks that turn text around', 'a\u202egnp.exe', 'agnp.exe'],
  ['4 kB of Chinese', `${'长'.repeat(1_365)}.png`, '长'.repeat(255)],
  ['4 kB of surrogate pairs', '🀄'.repeat(1_024), '🀄'.repeat(127)],
  ['thousands of combining marks', `a${'\u0301'.repeat(2_000)}`, `a${'\u0301'.repeat(254)}`],
  ['bytes that are not UTF-8', bytes('a', Buffer.from([0xff, 0xfe]), '.png'), 'a\ufffd\ufffd.png'],
  ['an overlong slash', bytes('a', Buffer.from([0xc0, 0xaf]), 'b.png'), 'a\ufffd\ufffdb.png'],
  ['an encoded surrogate', bytes('a', Buffer.from([0xed, 0xa0, 0x80]), '.png'), 'a\ufffd\ufffd\ufffd.png'],
  ['GBK', bytes(Buffer.from([0xcb, 0xcd, 0xbb, 0xf5]), '.png'), '\ufffd\u037b\ufffd.png'],
  ['a zero-width joiner', 'a\u200db.png', 'a\u200db.png'],
  ['a C1 control character', 'a\u009bb.png', 'ab.png'],
  ['a name of Windows', 'CON', 'CON'],
  ['a stream of Windows', 'a.png::$DATA', 'a.png::$DATA'],
  ['an object key', '__proto__', '__proto__'],
];

/** The attack, and the name that the task shows afterwards. */
export const NAMES_KEPT = new Map<string, string | null>();

/** Names that mean to be more than a name. The image is stored under a key of ours, whatever it is called. */
export const names: readonly Attack[] = [
  ...NAMES.map(([what, name, kept]): Attack => {
    const attack = `a name with ${what}`;
    NAMES_KEPT.set(attack, kept);
    return [attack, upload(PNG, { disposition: bytes('form-data; name="file"; filename="', name, '"') }), '201'];
  }),
  named('an extended name with line ends', "filename*=UTF-8''a%0D%0Ab.png", 'ab.png'),
  named('an extended name with a NUL', "filename*=UTF-8''a%00b.png", 'ab.png'),
  named('an extended name with folders', "filename*=UTF-8''..%2F..%2Fpasswd", 'passwd'),
  named('an extended name besides a plain one', `filename="plain.png"; filename*=UTF-8''%E9%80%81.png`, '送.png'),
  named('an extended name in Latin-1', "filename*=ISO-8859-1''caf%E9.png", 'café.png'),
  named('a name without quotes', 'filename=scan.png', 'scan.png'),
  refused('an extended name in an unknown charset', "filename*=x-none''a.png", '400 file_missing'),
  refused('an extended name that is badly encoded', "filename*=UTF-8''%ZZ%", '400 file_missing'),
  refused('an empty name', 'filename=""', '400 file_missing'),
  refused('a name with a NUL', 'filename="a\0b.png"', '400 malformed_multipart'),
  refused('a name with a line end', 'filename="a\nX-Evil: 1"', '400 malformed_multipart'),
  refused('a name with an escape sequence', 'filename="a\x1b[2J.png"', '400 malformed_multipart'),
  refused('a name of 20 kB', `filename="${'a'.repeat(20_000)}"`, '400 malformed_multipart'),
  refused('a name that never ends', 'filename="a.png', '400 file_missing'),
];

function named(what: string, filename: string, kept: string): Attack {
  NAMES_KEPT.set(what, kept);
  return [what, upload(PNG, { disposition: `form-data; name="file"; ${filename}` }), '201'];
}

function refused(what: string, filename: string, answer: string): Attack {
  return [what, upload(PNG, { disposition: `form-data; name="file"; ${filename}` }), answer];
}
