import { picture } from '../../upload/sample-images.ts';
import { type Attack, bytes, FORM_TYPE, form, formRequest, part, raw, request, UPLOAD } from '../request.ts';

const FORM = form(part(await picture(8, 8).png().toBuffer()));
const INVALID = '400 invalid_request';
const lengths = (...values: readonly (number | string)[]) =>
  request({ headers: [FORM_TYPE, ...values.map((value) => `Content-Length: ${value}`)], body: FORM });
const chunked = (body: Uint8Array | string, ...headers: readonly string[]) =>
  request({ headers: [FORM_TYPE, 'Transfer-Encoding: chunked', ...headers], body });
const chunk = (body: Uint8Array) => bytes(`${body.length.toString(16)}\r\n`, body, '\r\n');
const get = (path: string, ...headers: readonly string[]) => request({ method: 'GET', path, headers });
const many = (count: number) => Array.from({ length: count }, (_, at) => `X-Filler-${at}: 1`);

/** Requests that lie about where they end, or are not quite HTTP. */
export const httpFraming: readonly Attack[] = [
  ['a length that is not a number', lengths('many'), INVALID],
  ['a negative length', lengths(-1), INVALID],
  ['a length with a sign', lengths(`+${FORM.length}`), INVALID],
  ['a length in hexadecimal', lengths(`0x${FORM.length.toString(16)}`), INVALID],
  ['a length that no number holds', lengths('99999999999999999999999'), INVALID],
  ['a length of a terabyte', lengths(1e12), '413 file_too_large'],
  ['two lengths', lengths(FORM.length, FORM.length + 1), INVALID],
  ['the same length twice', lengths(FORM.length, FORM.length), INVALID],
  ['a list of lengths', lengths(`${FORM.length}, ${FORM.length}`), INVALID],
  ['a length that is too small', lengths(FORM.length - 100), '400 malformed_multipart'],
  ['a length of zero', lengths(0), '400 malformed_multipart'],
  ['a length that is too large, and the end', { ...lengths(FORM.length + 10), ending: 'half_closes' }, INVALID],
  ['a length and chunks', chunked(bytes(chunk(FORM), '0\r\n\r\n'), `Content-Length: ${FORM.length}`), INVALID],
  ['chunks as they should be', chunked(bytes(chunk(FORM), '0\r\n\r\n')), '201'],
  ['chunks of one byte', chunked(bytes(...[...FORM].map((byte) => chunk(Buffer.from([byte]))), '0\r\n\r\n')), '201'],
  ['chunks with trailers', chunked(bytes(chunk(FORM), '0\r\nX-Trailer: 1\r\n\r\n')), '201'],
  ['chunks with an extension', chunked(bytes(`${FORM.length.toString(16)};a=b\r\n`, FORM, '\r\n0\r\n\r\n')), '201'],
  ['a chunk with 20 kB of extension', chunked(bytes(`1;${'a'.repeat(20_000)}\r\nx\r\n`)), INVALID],
  ['a chunk whose size is no number', chunked(bytes('zz\r\n', FORM)), INVALID],
  ['a chunk of negative size', chunked(bytes('-1\r\n', FORM)), INVALID],
  ['a chunk whose size no number holds', chunked(bytes('fffffffffffffffff\r\n', FORM)), INVALID],
  ['a chunk that is longer than it says', chunked(bytes('5\r\n', FORM)), INVALID],
  ['chunks without an end, and the end', { ...chunked(chunk(FORM.subarray(0, 200))), ending: 'half_closes' }, INVALID],
  ['a transfer encoding that does not end in chunked', chunked(FORM, 'Transfer-Encoding: gzip'), INVALID],
  [
    'an unknown transfer encoding',
    request({ headers: [FORM_TYPE, 'Transfer-Encoding: xchunked'], body: FORM }),
    INVALID,
  ],
  ['a header of 20 kB', get('/healthz', `X: ${'y'.repeat(20_000)}`), '431 headers_too_large'],
  ['a URL of 20 kB', get(`/healthz?${'x'.repeat(20_000)}`), '431 headers_too_large'],
  ['ten thousand headers', get('/healthz', ...many(10_000)), '431 headers_too_large'],
  ['the form after 150 other headers', request({ headers: [...many(150), FORM_TYPE], body: FORM }), '201'],
  ['a header without a colon', get('/healthz', 'nonsense'), INVALID],
  ['a header without a name', get('/healthz', ': x'), INVALID],
  ['a header with a blank before its colon', get('/healthz', 'Content-Length : 5'), INVALID],
  ['a header with a NUL', get('/healthz', 'X: a\0b'), INVALID],
  ['a header with a bare carriage return', get('/healthz', 'X: a\rb'), INVALID],
  ['a folded header', get('/healthz', 'X: a\r\n b'), INVALID],
  ['an unknown method', request({ method: 'FROB' }), INVALID],
  ['a method that does not fit the route', request({ method: 'PUT' }), '405 method_not_allowed'],
  ['TRACE', request({ method: 'TRACE', path: '/healthz' }), '405 method_not_allowed'],
  ['CONNECT', request({ method: 'CONNECT', path: 'evil.test:443' }), '405 method_not_allowed'],
  ['an upgrade to a web socket', get('/healthz', 'Connection: Upgrade', 'Upgrade: websocket'), '200'],
  ['an unknown expectation', formRequest(FORM, { headers: ['Expect: miracles'] }), '201'],
  ['an expectation to continue', formRequest(FORM, { headers: ['Expect: 100-continue'] }), '201'],
  ['HTTP/1.0', request({ method: 'GET', path: '/healthz', version: 'HTTP/1.0' }), '200'],
  ['HTTP/0.9', raw('GET /healthz\r\n\r\n'), '403 forbidden_host'],
  ['HTTP/3.0', request({ method: 'GET', path: '/healthz', version: 'HTTP/3.0' }), INVALID],
  ['the preface of HTTP/2', raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), INVALID],
  ['the beginning of TLS', raw(Buffer.from('16030100c8010000c40303', 'hex')), INVALID],
  ['a greeting of another protocol', raw('EHLO evil.test\r\n'), INVALID],
  ['blank lines and nothing else', raw('\r\n'.repeat(100), 'half_closes'), 'no answer'],
  ['a whole upload with nonsense behind it', raw(bytes(formRequest(FORM).bytes, '\0\0\0')), '201'],
  ['an absolute URL of another host', get('http://evil.test/healthz'), '200'],
  ['no Host', raw('GET /healthz HTTP/1.1\r\n\r\n'), '403 forbidden_host'],
  ['another Host', get('/healthz', 'Host: evil.test'), '403 forbidden_host'],
  ['two Hosts', get('/healthz', 'Host: localhost', 'Host: evil.test'), INVALID],
  [
    'an upload by a page of another origin',
    formRequest(FORM, { headers: ['Origin: http://evil.test'] }),
    '403 forbidden_origin',
  ],
  ['an upload from nowhere', formRequest(FORM, { headers: ['Origin: null'] }), '403 forbidden_origin'],
  [
    'a second request hidden behind a length of zero',
    raw(
      bytes(
        `GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\nPOST ${UPLOAD} HTTP/1.1\r\nHost: evil.test\r\n\r\n`,
      ),
    ),
    '200',
  ],
];
