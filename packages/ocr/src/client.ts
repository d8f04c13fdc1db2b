import type { Readable } from 'node:stream';
import type { Answer } from './answer.ts';

/** An image as it is submitted. */
export interface ImageFile {
  readonly filename: string;
  readonly contentType: string;
  /** Exactly what `open` will give, bytes. */
  readonly sizeBytes: number;
  /**
   * Opens the bytes anew, or gives all of a small file; called once per endpoint that is tried. What it throws comes out of
   * `createJobFromFile`.
   */
  open(): Promise<Readable | Buffer>;
}

/** A job of the OCR service and the endpoint that has it. */
export interface OcrJob {
  readonly endpoint: string;
  readonly jobId: string;
}

/** What `GET /health` says, with whatever else the service adds. */
export interface OcrHealth {
  readonly ok: boolean;
  readonly queue_len?: number | null | undefined;
  readonly worker_alive?: boolean | null | undefined;
  readonly [more: string]: unknown;
}

export interface Poll {
  /** The last `lastSeq` seen; 0 at first. */
  readonly sinceSeq: number;
  /** How long the service may hold the poll while nothing happens, ms. */
  readonly timeoutMs: number;
}

/** Where an OCR job stands after a long poll. */
export interface JobStatus {
  /** The next poll's `sinceSeq`; never less than the one given. */
  readonly lastSeq: number;
  /** The job has ended, well or not; the result's `final` decides which. */
  readonly done: boolean;
  /** Null when no event of this poll tells it. */
  readonly progress: { readonly donePages: number; readonly totalPages: number } | null;
  /** Of a `failed` event; cleansed. */
  readonly message: string | null;
}

/**
 * What came of telling the service that nobody waits for a job any more:
 *
 * - `cancelled`: it has dropped the job
 * - `unknown_job`: it knows no such job (any more)
 * - `not_offered`: it cannot be told, and was not; it goes on
 */
export type JobCancelled = 'cancelled' | 'unknown_job' | 'not_offered';

/**
 * The OCR service. Every call can be aborted, and then throws the signal's reason; whatever the service or the network
 * does comes back as an {@link Answer}. Every call ends: connecting, waiting for an answer, reading it and the whole are
 * limited in time, and every body in size.
 */
export interface OcrClient {
  /** Every endpoint, in the order given. */
  readonly endpoints: readonly string[];
  /** Asks one endpoint, or all of them for the best answer (null). */
  healthCheck(endpoint: string | null, signal: AbortSignal): Promise<Answer<OcrHealth>>;
  /**
   * Streams the image to the endpoint given; without one, to the least loaded that is not failing, and to the next one when
   * that is not ready.
   * @throws what the file's stream throws.
   */
  createJobFromFile(file: ImageFile, signal: AbortSignal, endpoint?: string | null): Promise<Answer<OcrJob>>;
  getJobStatus(job: OcrJob, poll: Poll, signal: AbortSignal): Promise<Answer<JobStatus>>;
  /** The result's bytes, verbatim, unread; at most `maxResultBytes`. */
  getJobResult(job: OcrJob, signal: AbortSignal): Promise<Answer<Buffer>>;
  /**
   * Tells the service that nobody waits for a job any more. Protocols need have no such call: it is sent only where the
   * service itself says that it offers it. Ends within some seconds.
   */
  cancelJob(job: OcrJob, signal: AbortSignal): Promise<Answer<JobCancelled>>;
  /** Ends all connections; calls under way throw. */
  close(): Promise<void>;
}

export interface OcrOptions {
  /** Which adapter speaks to the service: `jobs`. */
  readonly protocol: string;
  readonly baseUrls: readonly string[];
  /** Sent as bearer token; never logged, never sent anywhere else. */
  readonly token: string | null;
  readonly connectTimeoutMs: number;
  /** From the request's last byte to the answer's headers, and between two chunks of a body. */
  readonly requestTimeoutMs: number;
  readonly maxResultBytes: number;
  /** How many long polls run at once, and so how many connections to each endpoint are kept for them. */
  readonly pollConnections: number;
}
