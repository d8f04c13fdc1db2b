import type { ErrorCode } from '@ocrelay/contracts';
import type { Weather } from './ocr/weather.ts';

export const WORKERS = ['worker 1', 'worker 2', 'worker 3'] as const;
export const PROGRAMS = ['api', ...WORKERS] as const;
/** A program of ours. */
export type ProgramName = (typeof PROGRAMS)[number];
/** What can be killed and frozen. */
export type PartName = ProgramName | 'ocr' | 'redis' | 'postgres';
/** The OCR service, as all programs know it. */
export const ENDPOINTS = ['ocr endpoint 1', 'ocr endpoint 2'] as const;
/** What programs reach by way of a proxy; `ocr`: by way of both endpoints. */
export type Dependency = 'postgres' | 'redis' | 'ocr' | (typeof ENDPOINTS)[number];

/** One thing that goes wrong for a while. What is over at once (a flush) has no end of its own. */
export type Fault =
  /** SIGKILL; started again at its end. */
  | { readonly kind: 'kill'; readonly parts: readonly PartName[] }
  /** SIGTERM, or what is a gentle stop of it; started again at its end. */
  | { readonly kind: 'stop'; readonly parts: readonly PartName[] }
  /** SIGSTOP; SIGCONT at its end. */
  | { readonly kind: 'freeze'; readonly parts: readonly PartName[] }
  /** Connections are ended and none can be made. */
  | { readonly kind: 'cut'; readonly programs: readonly ProgramName[]; readonly from: Dependency }
  /** Connections stand, and nothing comes through. */
  | { readonly kind: 'block'; readonly programs: readonly ProgramName[]; readonly from: Dependency }
  /** FLUSHALL, or the queue's schema dropped. */
  | { readonly kind: 'lose_queue' }
  /** The OCR service forgets all jobs. */
  | { readonly kind: 'forget_jobs' }
  /** The API finds too little room for images. */
  | { readonly kind: 'no_room' }
  /** The folder of the image store is away. */
  | { readonly kind: 'store_away' }
  | { readonly kind: 'weather'; readonly weather: Weather };

/** In words, for the schedule. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `${fault.parts.join(', ')} killed`;
    case 'stop':
      return `${fault.parts.join(', ')} stopped`;
    case 'freeze':
      return `${fault.parts.join(', ')} frozen`;
    case 'cut':
      return `${fault.programs.join(', ')} cut off from ${fault.from}`;
    case 'block':
      return `nothing comes through between ${fault.programs.join(', ')} and ${fault.from}`;
    case 'lose_queue':
      return 'the data of the queue lost';
    case 'forget_jobs':
      return 'the OCR service forgets its jobs';
    case 'no_room':
      return 'no room for images';
    case 'store_away':
      return 'the image store is away';
    case 'weather':
      return `OCR ${fault.weather.call}: ${fault.weather.name}, ${Math.round(fault.weather.share * 100)} %`;
  }
}

/** The codes that tasks may fail with because of it. Waits fail nothing: the deadline is far beyond a run. */
export function failuresExplainedBy(fault: Fault): readonly ErrorCode[] {
  switch (fault.kind) {
    case 'kill':
    case 'stop':
      return fault.parts.includes('ocr') ? ['ocr_unavailable', 'ocr_job_lost'] : [];
    case 'freeze':
      return fault.parts.includes('ocr') ? ['ocr_timeout', 'ocr_unavailable'] : [];
    case 'cut':
    case 'block':
      return fault.from.startsWith('ocr') ? ['ocr_timeout', 'ocr_unavailable'] : [];
    case 'forget_jobs':
      return ['ocr_job_lost'];
    case 'weather':
      return fault.weather.explains;
    default:
      return [];
  }
}
