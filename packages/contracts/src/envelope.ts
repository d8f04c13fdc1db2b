import * as z from 'zod';
import { errorCode } from './error-codes.ts';

/** The body of every successful JSON answer: `{success, message, data}`. */
export const success = <T extends z.ZodType>(data: T) =>
  z.object({ success: z.literal(true), message: z.string(), data });

/** The body of every failure. `data` is null but for the few routes that answer a state with a failing status. */
export const failure = z.object({
  success: z.literal(false),
  message: z.string(),
  data: z.unknown().nullable(),
  error: z.object({ code: errorCode, details: z.unknown() }),
});

export interface Success<T> {
  readonly success: true;
  readonly message: string;
  readonly data: T;
}
export type Failure = z.infer<typeof failure>;
