/** An object's fields, whatever the value is: none where it is no object. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, or what a number or boolean reads as. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The first of the values that is a finite number. */
export function firstNumber(...values: unknown[]): number | null {
  return values.find((value): value is number => typeof value === 'number' && Number.isFinite(value)) ?? null;
}

/** The first of the values that says how sure a service is, from 0 to 1. */
export function firstConfidence(...values: unknown[]): number | null {
  const sure = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
  const found = values.find(sure);
  return found === undefined ? null : found + 0; // no -0: JSON has none
}
