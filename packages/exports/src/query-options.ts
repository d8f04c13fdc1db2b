import * as z from 'zod';

/** `true` or `false`, as such or as a query has it. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], {
  error: 'must be true or false',
});

/** A place counted from 1, as a number or as a query has it. */
export const ordinal = z.union(
  [
    z.int().min(1),
    z
      .string()
      .regex(/^[1-9]\d{0,8}$/)
      .transform(Number),
  ],
  {
    error: 'must be a whole number from 1',
  },
);

/** Of formats that leave nothing to choose. */
export const noOptions = z.strictObject({});
