import type { GrayImage } from './sheet.ts';
import type { TruthBox } from './truth.ts';

/** A projective map of the plane, row by row: (x, y, 1) → (u, v, w), of which (u / w, v / w) is the point. */
export type Projection = readonly [number, number, number, number, number, number, number, number, number];

/** Turns by `degrees` (clockwise) about the middle and tilts: `tiltX`, `tiltY` are the change of scale over the page. */
export function tilted(width: number, height: number, degrees: number, tiltX: number, tiltY: number): Projection {
  const [cx, cy] = [width / 2, height / 2];
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const turn: Projection = [cos, -sin, 0, sin, cos, 0, tiltX / width, tiltY / height, 1];
  return multiply(multiply([1, 0, cx, 0, 1, cy, 0, 0, 1], turn), [1, 0, -cx, 0, 1, -cy, 0, 0, 1]);
}

function multiply(a: Projection, b: Projection): Projection {
  const cell = (row: number, column: number) =>
    [0, 1, 2].reduce((sum, k) => sum + (a[3 * row + k] ?? 0) * (b[3 * k + column] ?? 0), 0);
  return [cell(0, 0), cell(0, 1), cell(0, 2), cell(1, 0), cell(1, 1), cell(1, 2), cell(2, 0), cell(2, 1), cell(2, 2)];
}

/** The way back, but for a factor, which a projection does not mind (the adjugate). */
function inverse([a, b, c, d, e, f, g, h, i]: Projection): Projection {
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
}

function project([a, b, c, d, e, f, g, h, i]: Projection, x: number, y: number): [number, number] {
  const w = g * x + h * y + i;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** The smallest upright box around a box after the projection. */
export function projectBox(by: Projection, [x1, y1, x2, y2]: TruthBox): TruthBox {
  const corners = [project(by, x1, y1), project(by, x2, y1), project(by, x1, y2), project(by, x2, y2)];
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The image after the projection, of the same size; what came from outside is white. Bilinear. */
export function projectImage(by: Projection, { gray, width, height }: GrayImage): GrayImage {
  const [a, b, c, d, e, f, g, h, i] = inverse(by);
  const out = new Uint8Array(width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const w = g * x + h * y + i;
      const u = (a * x + b * y + c) / w;
      const v = (d * x + e * y + f) / w;
      const left = u | 0;
      const top = v | 0;
      if (u < 0 || v < 0 || left >= width - 1 || top >= height - 1) continue;
      const at = top * width + left;
      const p = u - left;
      const q = v - top;
      const upper = (gray[at] ?? 0) * (1 - p) + (gray[at + 1] ?? 0) * p;
      const lower = (gray[at + width] ?? 0) * (1 - p) + (gray[at + width + 1] ?? 0) * p;
      out[y * width + x] = upper * (1 - q) + lower * q + 0.5;
    }
  }
  return { gray: Buffer.from(out.buffer), width, height };
}
