import type { DoctorConfig } from '@ocrelay/config';
import type { Database } from '@ocrelay/db';
import type { Queues } from '@ocrelay/queue';
import type { ImageStore } from '@ocrelay/storage';
import type { Finding } from './finding.ts';
import type { Installation } from './installation.ts';

/** What a check looks at. Nothing of it is connected before it is asked. */
export interface Patient {
  readonly config: DoctorConfig;
  readonly installation: Installation;
  /** Only to be used by checks that need `postgres`. */
  readonly database: Database;
  /** Only to be used by checks that need `queue`. */
  readonly queues: Queues;
  /** Only to be used by checks that need `image store`. @throws StorageError */
  images(): Promise<ImageStore>;
  /** Sizes only: nothing is hashed. */
  readonly quick: boolean;
  /** Shows how far a long check has come. */
  progress(what: string, done: number, of: number): void;
  /** Aborts when the person does not want to wait any longer. */
  readonly stopping: AbortSignal;
}

export type CheckName =
  | 'configuration'
  | 'postgres'
  | 'migrations'
  | 'clock'
  | 'queue'
  | 'image store'
  | 'ocr service'
  | 'endpoints'
  | 'workers'
  | 'claims'
  | 'deadlines'
  | 'jobs'
  | 'results'
  | 'images'
  | 'orphans';

/** One question about an installation. Looks only; what it can mend, its findings carry as `repair`. */
export interface Check {
  readonly name: CheckName;
  /** Checks that must not have found what stops others. */
  readonly needs: readonly CheckName[];
  run(patient: Patient): Promise<Finding[]>;
}
