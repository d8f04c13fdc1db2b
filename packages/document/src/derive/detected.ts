import type { Box } from '../model/box.ts';
import type { Detection } from './raw/raw-page.ts';

/** Pages have some dozens of them; of more, a search for every block would take time beyond all proportion. */
const MAX_SEARCHED = 1000;
/** Shared by two boxes for the same thing: half of what both cover together. */
const SAME = 0.5;

/** How sure layout detection is of the block of this kind at this box; null where it found none there. */
export function detectedConfidence(detections: readonly Detection[], kind: string, box: Box): number | null {
  let best = SAME;
  let confidence: number | null = null;
  for (let at = 0; at < detections.length && at < MAX_SEARCHED; at += 1) {
    const found = detections[at];
    if (found?.kind !== kind) continue;
    const shared = overlap(found.box, box);
    if (shared < best || (shared === best && confidence !== null)) continue;
    best = shared;
    confidence = found.confidence;
  }
  return confidence;
}

/** Intersection over union, 0 to 1. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (area(a) + area(b) - width * height);
}

function area([x1, y1, x2, y2]: Box): number {
  return Math.abs(x2 - x1) * Math.abs(y2 - y1);
}
