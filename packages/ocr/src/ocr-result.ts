import * as z from 'zod';
import { type Answer, answered, faulted } from './answer.ts';
import { cleanse } from './cleanse.ts';
import { parseJson } from './parse-json.ts';

/** What only places a block is no reason to lose what was read: of another type it counts as not told. */
const block = z.looseObject({
  block_label: z.string(),
  /** Text, a table's HTML, a formula's LaTeX between `$`; empty for pictures and seals. */
  block_content: z
    .string()
    .nullish()
    .transform((content) => content ?? ''),
  /** `[x1, y1, x2, y2]`, pixels of the upright page, origin top left. */
  block_bbox: z.array(z.number()).nullish().catch(null),
  block_id: z.number().nullish().catch(null),
  block_order: z.number().nullish().catch(null),
});

const page = z.looseObject({
  /** Pixels. */
  width: z.number().nullish().catch(null),
  height: z.number().nullish().catch(null),
  parsing_res_list: z
    .array(block)
    .nullish()
    .transform((blocks) => blocks ?? []),
});

const finished = z.looseObject({
  final: z.looseObject({ status: z.literal('finished') }),
  pages: z.array(page).min(1),
});

const ending = z.object({ final: z.looseObject({ status: z.string(), error_message: z.unknown().optional() }) });

export type OcrBlock = z.infer<typeof block>;
export type OcrPage = z.infer<typeof page>;
/** What was read, in the shape of the jobs protocol; fields that it does not list are kept. */
export type OcrResult = z.infer<typeof finished>;

/**
 * The bytes of a result → what was read, or the fault that they are: `final.status` decides whether the job has failed.
 * Pure, and never throws. Takes time in proportion to the size: large ones belong off the event loop.
 * @param token redacted from the service's message.
 */
export function readResult(raw: Buffer, token: string | null = null): Answer<OcrResult> {
  const json = parseJson(raw);
  if (json === undefined) return bad('not JSON');
  const end = ending.safeParse(json);
  if (!end.success) return bad('no final.status in it');
  const { status, error_message } = end.data.final;
  if (status === 'failed') {
    const said = typeof error_message === 'string' ? cleanse(error_message, token) : '';
    const message = !/[\p{L}\p{N}]/u.test(said)
      ? 'The OCR service failed to read the image and does not say why.'
      : said;
    return faulted({ reaction: 'give_up', code: 'ocr_job_failed', message });
  }
  if (status !== 'finished') return bad(`final.status is "${cleanse(status, token).slice(0, 50)}"`);
  const result = finished.safeParse(json);
  return result.success ? answered(result.data) : bad(whatIsWrong(result.error));
}

function bad(why: string): Answer<never> {
  const message = `The OCR service's result is not what the protocol says: ${why}.`;
  return faulted({ reaction: 'retry', code: 'ocr_bad_response', message });
}

function whatIsWrong(error: z.ZodError): string {
  const first = error.issues[0];
  return cleanse(`${first?.path.join('.') ?? ''}: ${first?.message ?? ''}`, null).slice(0, 200);
}
