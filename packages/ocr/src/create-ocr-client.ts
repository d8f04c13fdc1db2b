import type { OcrClient, OcrOptions } from './client.ts';
import { createJobsClient } from './jobs/jobs-client.ts';

const ADAPTERS: Readonly<Record<string, (options: OcrOptions) => OcrClient>> = { jobs: createJobsClient };

/** @throws Error when no adapter has the protocol's name, or no or an unusable base URL is given. */
export function createOcrClient(options: OcrOptions): OcrClient {
  const create = Object.hasOwn(ADAPTERS, options.protocol) ? ADAPTERS[options.protocol] : undefined;
  if (create === undefined) {
    throw new Error(`OCR protocol "${options.protocol}" is unknown; known are: ${Object.keys(ADAPTERS).join(', ')}`);
  }
  return create(options);
}
