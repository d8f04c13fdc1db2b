/** How an OCR job goes. */
export interface JobPlan {
  /** From its submission to its end, ms; Infinity never ends. 0 by default. */
  readonly durationMs: number;
  readonly ends: 'finished' | 'failed';
  /** Of a job that failed. */
  readonly message: string;
  /** Where the message is told: payload shapes that services use, or only in the result. */
  readonly messageIn: 'payload.message' | 'payload.error_message' | 'payload' | 'result';
  readonly pages: number;
  /** `none`: done, with no event at all. */
  readonly events: 'plain' | 'duplicated' | 'out_of_order' | 'unknown_types' | 'none';
  /** Instead of the result made up for it. */
  readonly result?: string | Buffer;
}

export const PLAIN_JOB: JobPlan = {
  durationMs: 0,
  ends: 'finished',
  message: 'the page could not be read',
  messageIn: 'payload.message',
  pages: 1,
  events: 'plain',
};
