/** The process that fetches and reads one result: see lone-reader.ts. */
import { createOcrClient } from '@ocrelay/ocr';
import { fetchReading } from './fetch-reading.ts';
import type { ReadOrder } from './lone-reader.ts';
import { readRaw } from './read-raw.ts';
import { workAlone } from './work-alone.ts';

workAlone(({ ocr, job }: ReadOrder) => {
  const read = (raw: Buffer) => readRaw(raw, ocr.token);
  return fetchReading(createOcrClient(ocr), read, job, new AbortController().signal);
});
