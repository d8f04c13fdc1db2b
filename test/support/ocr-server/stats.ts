import type { JobPlan } from './job-plan.ts';

/** A job as the server knows it. */
export interface FakeJob {
  readonly id: string;
  readonly filename: string | null;
  readonly contentType: string | null;
  /** Of the file's bytes; null in cheap mode, where bodies are not looked at. */
  readonly sha256: string | null;
  readonly sizeBytes: number;
  readonly plan: JobPlan;
  readonly submittedAtMs: number;
  done: boolean;
  /** When it ended; null until then. */
  endedAtMs: number | null;
}

/** What has happened to the server so far. */
export interface Stats {
  healths: number;
  /** Submit requests that came, whatever was answered. */
  submits: number;
  polls: number;
  results: number;
  cancels: number;
  /** Requests for which there is no route. */
  strange: number;
  /** Polls being held now. */
  openPolls: number;
  /** Jobs that have not ended. */
  running: number;
  /** The most that ever ran at once. */
  mostRunning: number;
  /** Requests whose connection the client closed before the answer was complete. */
  abandoned: number;
  /** Every job there is, by id; forgotten ones are gone. */
  readonly jobs: Map<string, FakeJob>;
  /** How many jobs were made of a file, by its sha256; forgotten ones count. */
  readonly reads: Map<string, number>;
}

export function emptyStats(): Stats {
  return {
    healths: 0,
    submits: 0,
    polls: 0,
    results: 0,
    cancels: 0,
    strange: 0,
    openPolls: 0,
    running: 0,
    mostRunning: 0,
    abandoned: 0,
    jobs: new Map(),
    reads: new Map(),
  };
}
