import { picture } from '../../upload/sample-images.ts';
import { type Attack, BOUNDARY, bytes, FORM_TYPE, form, formRequest, part, request, upload } from '../request.ts';

const PNG = await picture(8, 8).png().toBuffer();
const MALFORMED = '400 malformed_multipart';
const field = (name: string, value: string) => part(value, { disposition: `form-data; name="${name}"`, more: '' });
const file = part(PNG);
const typed = (type: string, body: Uint8Array | string = form(file)) =>
  request({ headers: [`Content-Type: ${type}`], body });

/** Bodies that are not, or not quite, a form with one file in the field `file`. */
export const forms: readonly Attack[] = [
  ['no body at all', request({}), '400 file_missing'],
  ['JSON for a form', typed('application/json', '{}'), '400 file_missing'],
  ['a urlencoded form', typed('application/x-www-form-urlencoded', 'file=x'), '400 file_missing'],
  ['the image for a body', typed('image/png', PNG), '400 file_missing'],
  ['another multipart type', typed(`multipart/mixed; boundary=${BOUNDARY}`), '400 file_missing'],
  ['no boundary', typed('multipart/form-data'), MALFORMED],
  ['an empty boundary', typed('multipart/form-data; boundary='), '400 file_missing'],
  ['an empty boundary in quotes', typed('multipart/form-data; boundary=""'), MALFORMED],
  ['another boundary than the body has', typed('multipart/form-data; boundary=other'), MALFORMED],
  ['a boundary of 5,000 characters', typed(`multipart/form-data; boundary=${'b'.repeat(5_000)}`), MALFORMED],
  ['the boundary twice in the header', typed(`multipart/form-data; boundary=other; boundary=${BOUNDARY}`), MALFORMED],
  ['the boundary in quotes', typed(`multipart/form-data; boundary="${BOUNDARY}"`), '201'],
  ['a charset besides the boundary', typed(`multipart/form-data; charset=utf-16; boundary=${BOUNDARY}`), '201'],
  ['a type in capitals', typed(`MULTIPART/FORM-DATA; BOUNDARY=${BOUNDARY}`), '201'],
  ['a form of nothing but its end', formRequest(form()), '400 file_missing'],
  ['a form that is empty', formRequest(Buffer.alloc(0)), MALFORMED],
  ['a form without its end', formRequest(file), MALFORMED],
  ['a form that breaks off in its headers', formRequest(bytes(`--${BOUNDARY}\r\nContent-Dispo`)), MALFORMED],
  ['a form that breaks off in its boundary', formRequest(bytes(file, '--', BOUNDARY.slice(0, 3))), MALFORMED],
  ['line feeds for line ends', formRequest(bytes(form(file).toString('latin1').replaceAll('\r\n', '\n'))), MALFORMED],
  ['text before the first boundary', formRequest(bytes('Dear parser,\r\n', form(file))), '201'],
  ['text after the last boundary', formRequest(bytes(form(file), 'Yours, client')), '201'],
  ['a second form after the first', formRequest(bytes(form(file), form(file))), '201'],
  ['a part without headers', formRequest(form(bytes(`--${BOUNDARY}\r\n\r\nx\r\n`), file)), MALFORMED],
  ['a part without a disposition', formRequest(form(bytes(`--${BOUNDARY}\r\nX: y\r\n\r\nx\r\n`), file)), '201'],
  [
    'a part that is an attachment',
    upload(PNG, { disposition: 'attachment; name="file"; filename="a.png"' }),
    '400 file_missing',
  ],
  ['a file without a field name', upload(PNG, { disposition: 'form-data; filename="a.png"' }), MALFORMED],
  ['a file in an unnamed field', upload(PNG, { disposition: 'form-data; name=""; filename="a.png"' }), MALFORMED],
  [
    'a file in another field',
    upload(PNG, { disposition: 'form-data; name="image"; filename="a.png"' }),
    '400 unexpected_field',
  ],
  [
    'a file in the field FILE',
    upload(PNG, { disposition: 'form-data; name="FILE"; filename="a.png"' }),
    '400 unexpected_field',
  ],
  [
    'a file in the field file[]',
    upload(PNG, { disposition: 'form-data; name="file[]"; filename="a.png"' }),
    '400 unexpected_field',
  ],
  [
    'a file in the field __proto__',
    upload(PNG, { disposition: 'form-data; name="__proto__"; filename="a"' }),
    '400 unexpected_field',
  ],
  [
    'the image in a field without a file name',
    upload(PNG, { disposition: 'form-data; name="file"', more: '' }),
    '400 file_missing',
  ],
  ['an empty file', upload(''), '422 file_empty'],
  ['two files', formRequest(form(file, file)), '400 unexpected_field'],
  ['a hundred files', formRequest(form(...Array.from({ length: 100 }, () => file))), '400 unexpected_field'],
  ['an empty file before the image', formRequest(form(part(''), file)), '422 file_empty'],
  [
    'a refused file before the image',
    formRequest(form(part('GIF89a and more of it'), file)),
    '415 unsupported_media_type',
  ],
  ['the image among a few fields', formRequest(form(field('a', '1'), file, field('b', '2'))), '201'],
  [
    'fields named after what objects have',
    formRequest(form(field('__proto__', 'x'), field('constructor', 'x'), file)),
    '201',
  ],
  ['a field that pollutes a prototype', formRequest(form(field('__proto__[admin]', '1'), file)), '201'],
  ['a field nested a hundred deep', formRequest(form(field(`a${'[b]'.repeat(100)}`, '1'), file)), MALFORMED],
  ['a field with a huge index', formRequest(form(field('a[4294967295]', '1'), file)), MALFORMED],
  ['thirty fields', formRequest(form(...Array.from({ length: 30 }, (_, at) => field(`f${at}`, '1')), file)), MALFORMED],
  ['a field of 100 kB', formRequest(form(field('a', 'x'.repeat(100_000)), file)), MALFORMED],
  ['a field name of 10 kB', formRequest(form(field('n'.repeat(10_000), '1'), file)), '201'],
  [
    'a part with a hundred headers',
    upload(PNG, { more: Array.from({ length: 100 }, (_, at) => `X-${at}: 1\r\n`).join('') }),
    '201',
  ],
  ['a part with 20 kB of headers', upload(PNG, { more: `X: ${'y'.repeat(20_000)}\r\n` }), MALFORMED],
  ['a part with a folded header', upload(PNG, { more: 'Content-Type: image/png;\r\n x=y\r\n' }), '201'],
  [
    'a form within the form',
    upload(form(file), { more: `Content-Type: multipart/mixed; boundary=inner\r\n` }),
    '415 unsupported_media_type',
  ],
  ['a disposition twice', upload(PNG, { more: 'Content-Disposition: form-data; name="other"\r\n' }), '201'],
  ['a form after a thousand line ends', formRequest(bytes('\r\n'.repeat(1_000), form(file))), '201'],
  [
    'a boundary within the image',
    formRequest(form(part(bytes(PNG.subarray(0, 60), `\r\n--${BOUNDARY}\r\n\r\n`, PNG.subarray(60))))),
    '422 image_corrupt',
  ],
  ['two content types', request({ headers: [FORM_TYPE, 'Content-Type: text/plain'], body: form(file) }), '201'],
];
