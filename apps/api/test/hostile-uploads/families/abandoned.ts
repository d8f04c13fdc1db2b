import { picture } from '../../upload/sample-images.ts';
import { type Attack, FORM_TYPE, form, part, request } from '../request.ts';

const PNG = await picture(200, 200).png().toBuffer();
const FORM = form(part(PNG));
const fileAt = FORM.indexOf(PNG);

/** The beginning of an upload that says how long it will be, and what the client does then. */
function begun(length: number, ending: 'half_closes' | 'resets') {
  return request({ headers: [FORM_TYPE, `Content-Length: ${FORM.length}`], body: FORM.subarray(0, length), ending });
}

const POINTS: ReadonlyArray<readonly [where: string, length: number]> = [
  ['before the form', 0],
  ["in the part's header", 40],
  ['before the first byte of the file', fileAt],
  ['after the first byte of the file', fileAt + 1],
  ['in the middle of the file', fileAt + Math.floor(PNG.length / 2)],
  ['after the last byte of the file', fileAt + PNG.length],
  ['one byte before the end', FORM.length - 1],
];

/** Clients that go away. Whoever closes properly is told why; a connection that was reset hears nothing. */
export const abandoned: readonly Attack[] = POINTS.flatMap(([where, length]): Attack[] => [
  [`a client that resets ${where}`, begun(length, 'resets'), 'no answer'],
  [`a client that closes ${where}`, begun(length, 'half_closes'), '400 invalid_request'],
]);

/** Clients that stop sending and stay: the time limit of uploads ends them. */
export const slow: readonly Attack[] = POINTS.map(([where, length]): Attack => {
  const { bytes } = begun(length, 'resets');
  return [`a client that falls silent ${where}`, { bytes, ending: 'waits' }, '408 upload_timeout'];
});
