import { STAGES, type Stage } from '@ocrelay/contracts';

/** Queue names are part of what people see in dashboards: `ocr-split`, `ocr-submit`, `ocr-poll`, `ocr-store`. */
export function queueName(stage: Stage): string {
  return `ocr-${stage}`;
}

export const QUEUE_NAMES = STAGES.map(queueName);
